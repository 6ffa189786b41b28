import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../base/errors.ts';
import type { ProgressLine } from '../base/terminal.ts';
import { findBackbone } from '../embedding/backbones/index.ts';
import type { Preprocessing } from '../embedding/types.ts';
import { createEngine } from '../engine/index.ts';
import { evaluationEpochs } from './budget.ts';
import { checkHalves, checkSameData } from './check-data.ts';
import { checkpointPath, claimRunFolder, loadCheckpoint } from './checkpoint.ts';
import { findDataSet } from './data/index.ts';
import { splitImages } from './data/judged.ts';
import { firstWeights } from './first-weights.ts';
import { createLoader, type Loader } from './loading/index.ts';
import { checkCombination } from './losses/compatible.ts';
import { openLog } from './monitor/log.ts';
import type { HardenOptions } from './options.ts';
import { type Recipe, stagesOf } from './recipe.ts';
import { recipeOf } from './recipe-of.ts';
import { runLine } from './run-line.ts';
import type { Run } from './train-stages.ts';
import type { LabelledImages } from './types.ts';
import { validate, validationRows } from './validation.ts';

/** A run that is ready to train: its data, its folder, its device. */
export interface OpenRun extends Run {
  readonly preprocessing: Preprocessing;
  /** What the systems are judged on, and where its pictures come from. */
  readonly judged: LabelledImages;
  readonly judge: Loader;
  /** Ends the threads that prepare pictures. */
  close(): Promise<void>;
}

/** Where a run keeps its checkpoints and its log, and where data sets keep what took long to make. */
export interface RunFolders {
  readonly folder: string;
  readonly cache: string;
}

/** The options that make a run what it is: with others, it is another run. */
function identityOf(options: HardenOptions): Record<string, unknown> {
  const {
    fresh: _fresh,
    resume: _resume,
    output: _output,
    server: _server,
    queries: _queries,
    'checkpoint-every': _checkpoint,
    'log-every': _log,
    'no-collapse-monitor': _monitor,
    budget,
    ...identity
  } = options;
  return { ...identity, budget: budget ?? null };
}

/**
 * Makes a run ready. @param own a recipe in place of the data set's.
 * @throws HoldfastError OPTION_INVALID for a backbone or data set that does not exist, for options that do not go together, and for
 *   `resume` where there is nothing to go on with; what data sets and first weights throw.
 */
export async function openRun(
  options: HardenOptions,
  { folder, cache }: RunFolders,
  line: ProgressLine,
  signal: AbortSignal,
  own?: Recipe,
): Promise<OpenRun> {
  const backbone = findBackbone(options.backbone);
  const data = findDataSet(options.data);
  const recipe = recipeOf(options, backbone, own);
  checkCombination({ loss: recipe.loss, miner: recipe.miner, metric: recipe.metric });
  if (recipe.batchNorm === 'live' && backbone.forwardLive === undefined) {
    throw new HoldfastError('OPTION_INVALID', `--batch-norm live: ${backbone.name} has no batch normalisation`);
  }
  if (options.fresh) rmSync(folder, { recursive: true, force: true });
  const saved = loadCheckpoint(checkpointPath(folder))?.progress;
  if (options.resume && saved === undefined) {
    throw new HoldfastError('OPTION_INVALID', `--resume: there is no checkpoint in ${folder}`);
  }
  const report = (text: string): void => line.finish(text);
  const engine = await createEngine({ device: options.device, threads: options.threads, report });
  report(`computing on ${engine.device}, ${engine.threads} ${engine.threads === 1 ? 'thread' : 'threads'}`);
  const first = firstWeights(options, backbone);
  const { size, channels } = backbone;
  const onProgress = (done: number, total: number): void => line.update(`preparing the pictures: ${done} of ${total}`);
  const halves = await data.load({ size, channels, cache, folder: options.folder, onProgress });
  const { train, judged } = splitImages(halves, options.split);
  checkHalves(train, judged, options.split);
  claimRunFolder(folder, { ...identityOf(options), device: engine.device, recipe, first: first.fingerprint });
  const watched = validationRows(options.split, train, judged);
  report(`training from ${first.says}; validation on ${watched.says}`);
  const log = openLog(join(folder, 'log.jsonl'), saved?.logBytes ?? 0);
  const { epoch, stage } = saved ?? { epoch: 0, stage: undefined };
  const stages = stagesOf(recipe, systemsOf(options), first.fresh).map(({ name, epochs }) => ({ name, epochs }));
  const details = { options, recipe, stages, began: first.says, validation: watched.says, stage, epoch };
  const began = runLine(engine, train, details);
  checkSameData(log.lines, began);
  log.append(began);

  const loader = createLoader(train, { size, channels, augmentation: data.augmentation });
  const judge = createLoader(judged, { size, channels, augmentation: 'none' });
  const systems = systemsOf(options).length;
  return {
    ...{ options, recipe, folder, engine, backbone, first, train, loader, log, line, signal, judged, judge },
    preprocessing: data.preprocessing({ size, channels }),
    validate(weights) {
      line.update('validating');
      return validate(engine, backbone, weights, watched, watched.images === train ? loader : judge);
    },
    evaluationEpochs: evaluationEpochs(systems * options.queries, systems * judged.labels.length, train.labels.length),
    async close() {
      await Promise.all([loader, judge].map((each) => each.close()));
    },
  };
}

/** The systems that a run trains and compares: the undefended control and the defended one. */
export function systemsOf({ defense }: Pick<HardenOptions, 'defense'>): string[] {
  return defense === 'vanilla' ? ['vanilla'] : ['vanilla', defense];
}
