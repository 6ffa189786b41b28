import { createHash } from 'node:crypto';
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Profile } from '../../attack/suite/profiles.ts';
import { runSuite } from '../../attack/suite/run.ts';
import type { Protocol } from '../../attack/suite/types.ts';
import { createRandom } from '../../base/random.ts';
import { mean } from '../../base/statistics.ts';
import type { ProgressLine } from '../../base/terminal.ts';
import { loadCheckpoint } from '../../trainer/checkpoint.ts';
import { chunkOf } from '../../trainer/chunk.ts';
import { isCaTride } from '../../trainer/defenses/index.ts';
import { resultOf } from '../../trainer/learner.ts';
import { type OpenRun, openRun } from '../../trainer/open-run.ts';
import type { HardenOptions } from '../../trainer/options.ts';
import { PRETRAINING, stagesOf } from '../../trainer/recipe.ts';
import { caTrideOf } from '../../trainer/recipe-of.ts';
import { trainStages } from '../../trainer/train-stages.ts';
import type { Judged, System } from './types.ts';

export interface CellSetting {
  readonly options: HardenOptions;
  readonly profile: Profile;
  readonly protocol: Protocol;
  /** Where runs and data sets are kept. */
  readonly work: string;
  readonly cache: string;
  readonly line: ProgressLine;
  readonly signal: AbortSignal;
}

const fingerprint = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);

/** Everything that decides the result of a cell beside its seed and its device. */
export function settingOf(run: Pick<OpenRun, 'options' | 'recipe'>, profile: Profile, protocol: Protocol): string {
  const { data, backbone, defense, split } = run.options;
  const caTride = isCaTride(defense) ? caTrideOf(run.options, run.recipe) : undefined;
  const { pretrain, train, pairs, loss, metric, miner, weightDecay, attack } = run.recipe;
  const shared = { pretrain, train, pairs, loss, metric, miner, weightDecay, attack: caTride === undefined && attack };
  return fingerprint({ data, backbone, defense, split, ...shared, caTride, profile, protocol, ...seldom(run) });
}

/** What is left out where nothing is said of it, so that results stay known when something is added here. */
function seldom({ options, recipe }: Pick<OpenRun, 'options' | 'recipe'>) {
  const { init, pretrained, budget } = options;
  const { clipNorm, average, batchNorm } = recipe;
  return { init, pretrained, budget, clipNorm, average, batchNorm: batchNorm === 'live' ? batchNorm : undefined };
}

/** Trains a system with a seed, or goes on where it was stopped, and attacks it. */
export async function trainCell(system: System, setting: CellSetting): Promise<Judged> {
  const { options, profile, protocol, line, signal } = setting;
  const folder = join(setting.work, `s${options.seed}`, options.version);
  const run = await openRun(options, { folder, cache: setting.cache }, line, signal);
  try {
    const start = join(setting.work, `s${options.seed}`, `pretrain-${pretrainingOf(run)}.safetensors`);
    const own = join(folder, `${PRETRAINING}.safetensors`);
    if (existsSync(start) && !existsSync(own)) copyFileSync(start, own);
    const trained = await trainStages(run, stagesOf(run.recipe, [options.defense], run.first.fresh));
    if (existsSync(own) && !existsSync(start)) copyFileSync(own, start);
    const learner = trained.finished.get(options.defense);
    if (learner === undefined) throw new RangeError(`${options.defense} was not trained`);
    const result = await runSuite({
      engine: run.engine,
      backbone: run.backbone,
      weights: resultOf(learner),
      metric: run.recipe.metric,
      images: (rows) => run.judge.batch(rows),
      labels: run.judged.labels,
      profile,
      protocol,
      chunk: chunkOf(run.backbone),
      random: createRandom(options.seed).fork('audit'),
      onProgress: (share, attack) => line.update(`${system.name}, ${attack}: ${Math.floor(100 * share)} %`),
      signal,
    });
    const { benign } = result;
    return {
      system: system.name,
      seed: options.seed,
      setting: settingOf(run, profile, protocol),
      ...effortOf(run, folder, trained.seconds),
      benign: {
        'R@1': 100 * benign.recallAt1,
        'R@2': 100 * benign.recallAt2,
        mAP: 100 * benign.meanAveragePrecision,
        NMI: 100 * (benign.nmi ?? Number.NaN),
      },
      attacks: result.raw,
      ers: result.ers,
      ars: result.ars.value,
    };
  } finally {
    await run.close();
  }
}

/** What the pre-training depends on: systems that share it begin with the same weights. */
function pretrainingOf({ options, recipe }: OpenRun): string {
  const { data, backbone, split, budget } = options;
  const { pretrain, pairs, weightDecay, clipNorm, average, batchNorm, metric } = recipe;
  const trained = { pretrain, pairs, weightDecay, clipNorm, average, batchNorm, metric };
  return fingerprint({ data, backbone, split, ...trained, budget });
}

function effortOf({ options, recipe, log }: OpenRun, folder: string, seconds: number) {
  const { defense } = options;
  const before = loadCheckpoint(join(folder, `${PRETRAINING}.safetensors`))?.progress.seconds ?? 0;
  const updates = loadCheckpoint(join(folder, `${defense}.safetensors`))?.progress.batches ?? 0;
  const taken = log.lines.flatMap(({ kind, stage, attackSteps }) =>
    kind === 'batch' && stage === defense && typeof attackSteps === 'number' ? [attackSteps] : [],
  );
  const { steps } = isCaTride(defense) ? recipe.caTride.budget : recipe.attack;
  return {
    attackSteps: defense === 'vanilla' ? 0 : steps,
    attackStepsTaken: taken.length === 0 ? 0 : mean(taken),
    updates,
    trainSeconds: seconds - before,
  };
}
