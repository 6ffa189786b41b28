import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../base/errors.ts';
import { createRandom } from '../base/random.ts';
import type { ProgressLine } from '../base/terminal.ts';
import { findBackbone } from '../embedding/backbones/index.ts';
import type { Backbone, Preprocessing, Weights } from '../embedding/types.ts';
import { createEngine } from '../engine/index.ts';
import { selectClasses } from './batches.ts';
import { evaluationEpochs } from './budget.ts';
import { checkpointPath, claimRunFolder, loadCheckpoint } from './checkpoint.ts';
import { findDataSet } from './data/index.ts';
import { EVALUATION_BUDGET, type Evaluation, evaluate } from './evaluate.ts';
import { firstWeights } from './first-weights.ts';
import { resultOf } from './learner.ts';
import { createLoader } from './loading/index.ts';
import { checkCombination } from './losses/compatible.ts';
import { openLog } from './monitor/log.ts';
import type { HardenOptions } from './options.ts';
import type { Recipe, Stage } from './recipe.ts';
import { recipeOf } from './recipe-of.ts';
import { runLine } from './run-line.ts';
import { type Run, trainStages } from './train-stages.ts';
import type { Halves } from './types.ts';
import { validate, validationRows } from './validation.ts';

export interface Outcome {
  readonly weights: Weights;
  readonly backbone: Backbone;
  readonly preprocessing: Preprocessing;
  readonly recipe: Recipe;
  /** What the run began with. */
  readonly began: string;
  /** The stages as they were run, shortened where there was a budget. */
  readonly stages: readonly Stage[];
  /** Seconds of training, over all sittings. */
  readonly seconds: number;
  /** The undefended control first, the defended system last. */
  readonly systems: readonly (readonly [name: string, evaluation: Evaluation])[];
  /** The device that computed: what `auto` took. */
  readonly device: string;
}

/** Images for training and for judging: the set's halves, or the training half with every fifth class held out. */
function splitImages(halves: Halves, split: HardenOptions['split']) {
  if (split === 'test') return { train: halves.train, judged: halves.test };
  const heldOut = (index: number): boolean => index % 5 === 4;
  return {
    train: selectClasses(halves.train, (_, index) => !heldOut(index)),
    judged: selectClasses(halves.train, (_, index) => heldOut(index)),
  };
}

/** The options that make a run what it is: with others, it is another run. */
function identityOf(options: HardenOptions): Record<string, unknown> {
  const {
    fresh: _fresh,
    resume: _resume,
    output: _output,
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
 * Trains all stages of a run, or what is left of them, and evaluates the undefended control and the defended system.
 * @param folder of the run: checkpoints and log. @param cache for data sets. @param own a recipe in place of the data set's.
 * @throws the signal's reason when stopped; the run goes on from its last checkpoint when called again. HoldfastError
 *   OPTION_INVALID for a backbone or data set that does not exist, for options that do not go together, and for `resume` where
 *   there is nothing to go on with.
 */
export async function harden(
  options: HardenOptions,
  folders: { readonly folder: string; readonly cache: string },
  line: ProgressLine,
  signal: AbortSignal,
  own?: Recipe,
): Promise<Outcome> {
  const backbone = findBackbone(options.backbone);
  const data = findDataSet(options.data);
  const recipe = recipeOf(options, backbone, own);
  checkCombination({ loss: recipe.loss, miner: recipe.miner, metric: recipe.metric });
  if (recipe.batchNorm === 'live' && backbone.forwardLive === undefined) {
    throw new HoldfastError('OPTION_INVALID', `--batch-norm live: ${backbone.name} has no batch normalisation`);
  }
  const { folder, cache } = folders;
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
  claimRunFolder(folder, { ...identityOf(options), device: engine.device, recipe });
  const { train, judged } = splitImages(halves, options.split);
  const watched = validationRows(options.split, train, judged);
  report(`training from ${first.says}; validation on ${watched.says}`);
  const log = openLog(join(folder, 'log.jsonl'), saved?.logBytes ?? 0);
  const { epoch, stage } = saved ?? { epoch: 0, stage: undefined };
  log.append(runLine(engine, train, { options, recipe, began: first.says, validation: watched.says, stage, epoch }));

  const loader = createLoader(train, { size, channels, augmentation: data.augmentation });
  const watcher = watched.images === train ? loader : createLoader(judged, { size, channels, augmentation: 'none' });
  const names = options.defense === 'vanilla' ? ['vanilla'] : ['vanilla', options.defense];
  const run: Run = {
    ...{ options, recipe, folder, engine, backbone, first, train, loader, log, line, signal },
    validate(weights) {
      line.update('validating');
      return validate(engine, backbone, weights, watched, watcher);
    },
    evaluationEpochs: evaluationEpochs(
      names.length * options.queries,
      names.length * judged.labels.length,
      train.labels.length,
    ),
  };
  const { finished, seconds, stages } = await trainStages(run).finally(() =>
    Promise.all([loader, watcher].map((each) => each.close())),
  );
  const resultFor = (name: string): Weights => {
    const learner = finished.get(name);
    if (learner === undefined) throw new RangeError(`no stage ${name} was trained`);
    return resultOf(learner);
  };
  const systems: [string, Evaluation][] = [];
  for (const name of names) {
    const evaluation = await evaluate(resultFor(name), {
      engine,
      backbone,
      images: judged,
      queries: options.queries,
      random: createRandom(options.seed).fork('queries'),
      budget: EVALUATION_BUDGET,
      signal,
      onProgress: (share) => line.update(`attacking ${name}: ${Math.floor(100 * share)} %`),
    });
    systems.push([name, evaluation]);
  }
  report(`trained for ${seconds.toFixed(0)} s; log, curves and checkpoints in ${folder}`);
  const made = { weights: resultFor(options.defense), backbone, preprocessing: data.preprocessing({ size, channels }) };
  return { ...made, recipe, began: first.says, stages, seconds, systems, device: engine.device };
}
