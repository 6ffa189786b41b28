import { join } from 'node:path';
import { HoldfastError } from '../base/errors.ts';
import type { ProgressLine } from '../base/terminal.ts';
import type { Backbone, Weights } from '../embedding/types.ts';
import type { Engine } from '../engine/types.ts';
import type { StageReport } from './batch-report.ts';
import { createPlanner, type Planner } from './budget.ts';
import { beginningOf, checkpointPath, loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { createClock } from './clock.ts';
import { type CaTrideOptions, defenses, isCaTride, pretraining, type Training } from './defenses/index.ts';
import { stepShare } from './defenses/options.ts';
import type { FirstWeights } from './first-weights.ts';
import { type Learner, newLearner, resultOf } from './learner.ts';
import type { Loader } from './loading/index.ts';
import { losses } from './losses/index.ts';
import { measureEpoch } from './measure.ts';
import { openCurves } from './monitor/curves.ts';
import type { RunLog } from './monitor/log.ts';
import type { HardenOptions } from './options.ts';
import { loadPlan, savePlan } from './plan.ts';
import { PRETRAINING, type Recipe, type Stage } from './recipe.ts';
import { caTrideOf } from './recipe-of.ts';
import { progressText } from './report.ts';
import { runStage } from './run-stage.ts';
import type { LabelledImages } from './types.ts';

/** Everything that the stages of a run share. */
export interface Run {
  readonly options: HardenOptions;
  readonly recipe: Recipe;
  readonly folder: string;
  readonly engine: Engine;
  readonly backbone: Backbone;
  readonly first: FirstWeights;
  readonly train: LabelledImages;
  readonly loader: Loader;
  readonly log: RunLog;
  readonly line: ProgressLine;
  readonly signal: AbortSignal;
  readonly validate: (weights: Weights) => Promise<Record<string, number>>;
  /** Epochs of pre-training that the closing evaluation is worth. */
  readonly evaluationEpochs: number;
}

export interface Trained {
  readonly finished: ReadonlyMap<string, Learner>;
  readonly seconds: number;
  /** As they were run, shortened where there was a budget. */
  readonly stages: readonly Stage[];
}

/** L_TR of embeddings that are all one point, which CA-TRIDE adds to the margin. */
const REGULARISER_OF_A_POINT = 0.02;

/**
 * Runs the stages of a run, or what is left of them.
 * @throws HoldfastError OPTION_INVALID, before anything is trained, for a defense that does not go with the loss.
 */
export async function trainStages(run: Run, all: readonly Stage[]): Promise<Trained> {
  // Made at once and compiled with the first batch: what does not go together is refused before hours are spent.
  const trainings = new Map(all.map(({ name }) => [name, trainingFor(name, run)]));
  try {
    return await trainAll(run, all, trainings);
  } finally {
    for (const training of trainings.values()) await training.release();
  }
}

async function trainAll(run: Run, all: readonly Stage[], trainings: ReadonlyMap<string, Training>): Promise<Trained> {
  const { folder, recipe, options } = run;
  const finished = new Map<string, Learner>();
  const saved = loadCheckpoint(checkpointPath(folder));
  const secondsBefore = saved?.progress.seconds ?? 0;
  const started = performance.now();
  let seconds = 0;
  const trainingOf = (name: string): Training => trainings.get(name) as Training;
  const startOf = ({ name, from }: Stage): Learner => {
    const before = from === undefined ? undefined : finished.get(from);
    const weights = before === undefined ? run.first.weights : resultOf(before);
    return newLearner(weights, trainingOf(name).lossParameters, recipe.average !== undefined);
  };
  const planner = createPlanner({
    stages: all,
    budget: options.budget,
    attackSteps: recipe.caTride.budget.steps,
    plan: loadPlan(folder),
    begun: saved?.progress.stage,
    measure(stage) {
      run.line.update(`measuring ${stage.name}`);
      const data = { labels: run.train.labels, source: run.loader, pairs: recipe.pairs };
      return measureEpoch(stage, trainingOf(stage.name), startOf(stage), data);
    },
    elapsed: () => secondsBefore + (performance.now() - started) / 1000,
    evaluationEpochs: run.evaluationEpochs,
    save: (plan) => savePlan(folder, plan),
  });
  for (const { name } of all) {
    const path = join(folder, `${name}.safetensors`);
    const done = loadCheckpoint(path);
    if (done !== undefined) {
      finished.set(name, done.learner);
      seconds = done.progress.seconds;
      continue;
    }
    const stage = await planner.begin(name);
    const idle = idleAttack(stage, caTrideOf(options, recipe));
    if (idle !== undefined) run.line.finish(idle);
    const from =
      saved?.progress.stage === name
        ? saved
        : { learner: startOf(stage), progress: beginningOf(name, seconds, run.log.bytes) };
    const training = trainingOf(name);
    const { learner, progress } = await runStage(stage, training, from, settingOf(stage, run, planner)).finally(() =>
      training.release(),
    );
    saveCheckpoint(path, progress, learner);
    finished.set(name, learner);
    seconds = progress.seconds;
  }
  return { finished, seconds, stages: planner.stages() };
}

function settingOf(stage: Stage, run: Run, planner: Planner) {
  const { options, recipe, folder, line, log } = run;
  const curves = openCurves(join(folder, 'curves.svg'), log);
  const clock = createClock(planner.stages(), recipe.caTride.budget.steps, 2 * recipe.pairs);
  return {
    folder,
    labels: run.train.labels,
    source: run.loader,
    pairs: recipe.pairs,
    seed: options.seed,
    log,
    logEvery: options['log-every'],
    checkpointSeconds: options['checkpoint-every'],
    watch: options['no-collapse-monitor'] ? undefined : { margins: marginsOf(stage.name, recipe) },
    validation: { every: recipe.validateEvery, run: run.validate },
    signal: run.signal,
    onBatch(report: StageReport): void {
      const text = progressText(report, clock.secondsLeft(report));
      if (report.batch === report.batches) {
        line.finish(text);
        curves.draw();
      } else {
        line.update(text);
        curves.refresh();
      }
    },
  };
}

/** What to tell of a stage whose attack never takes a step. */
function idleAttack({ name, epochs }: Stage, options: CaTrideOptions): string | undefined {
  if (!isCaTride(name) || stepShare(options, epochs - 1, epochs) > 0) return undefined;
  return (
    `warning: ${name} has ${epochs} epoch, and in the first one its attack takes no steps: it trains on clean images and will not ` +
    'be robust; give --epochs 2 or more, a larger --budget, or --step-scale none'
  );
}

/** What the loss of a stage is when all embeddings are one point, where it is a hinge on triplets. */
function marginsOf(stage: string, { loss, metric, caTride }: Recipe): number[] {
  if (stage === PRETRAINING) return [];
  if (isCaTride(stage)) return [caTride.margin, caTride.margin + REGULARISER_OF_A_POINT];
  return loss.startsWith('triplet') ? [losses[loss].margins[metric]] : [];
}

/** @throws HoldfastError OPTION_INVALID for a defense that does not exist. */
function trainingFor(name: string, { engine, backbone, recipe, options }: Run): Training {
  const { weightDecay, clipNorm, average, batchNorm, loss, metric, miner, attack: budget } = recipe;
  const update = { weightDecay, clipNorm, average, batchNorm };
  const setting = { engine, backbone, ...update, loss: { loss, metric, miner }, budget };
  if (name === PRETRAINING) return pretraining(setting);
  const make = Object.hasOwn(defenses, name) ? defenses[name] : undefined;
  if (make === undefined) throw new HoldfastError('OPTION_INVALID', `no defense "${name}"`);
  return make(setting, caTrideOf(options, recipe));
}
