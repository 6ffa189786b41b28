import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../base/errors.ts';
import { writeFileAtomic } from '../base/files.ts';
import { createRandom } from '../base/random.ts';
import type { ProgressLine } from '../base/terminal.ts';
import { findBackbone } from '../embedding/backbones/index.ts';
import type { Backbone, Weights } from '../embedding/types.ts';
import { createEngine } from '../engine/index.ts';
import type { Engine } from '../engine/types.ts';
import { selectClasses } from './batches.ts';
import { fitStages } from './budget.ts';
import { claimRunFolder, loadCheckpoint, type Progress, saveCheckpoint } from './checkpoint.ts';
import { createClock, relativeCost } from './clock.ts';
import { dataSetFor } from './data/index.ts';
import { type CaTrideOptions, defenses, presets, pretraining, type Training } from './defenses/index.ts';
import { EVALUATION_BUDGET, type Evaluation, evaluate } from './evaluate.ts';
import type { HardenOptions } from './options.ts';
import { DEFAULT_RECIPE, type Recipe, type Stage, stagesOf } from './recipe.ts';
import { progressText } from './report.ts';
import { checkpointPath, runStage, type StageReport } from './run-stage.ts';
import type { LabelledImages } from './types.ts';
import { type Learner, newLearner } from './update.ts';

export interface Outcome {
  readonly weights: Weights;
  readonly backbone: Backbone;
  readonly recipe: Recipe;
  /** The stages as they were run, shortened where there was a budget. */
  readonly stages: readonly Stage[];
  /** Seconds of training, over all sittings. */
  readonly seconds: number;
  /** The undefended control first, the defended system last. */
  readonly systems: readonly (readonly [name: string, evaluation: Evaluation])[];
  /** The device that computed: what `auto` took. */
  readonly device: string;
}

interface Run {
  readonly options: HardenOptions;
  readonly recipe: Recipe;
  readonly folder: string;
  readonly engine: Engine;
  readonly backbone: Backbone;
  readonly train: LabelledImages;
  readonly line: ProgressLine;
  readonly signal: AbortSignal;
}

/** Images for training and for judging: the set's halves, or the training half with every fifth class held out. */
function splitImages(halves: { train: LabelledImages; test: LabelledImages }, split: HardenOptions['split']) {
  if (split === 'test') return { train: halves.train, judged: halves.test };
  const heldOut = (index: number): boolean => index % 5 === 4;
  return {
    train: selectClasses(halves.train, (_, index) => !heldOut(index)),
    judged: selectClasses(halves.train, (_, index) => heldOut(index)),
  };
}

/**
 * Trains all stages of a run, or what is left of them, and evaluates the undefended control and the defended system.
 * @param folder of the run: checkpoints and log. @param cache for data sets.
 * @throws the signal's reason when stopped; the run goes on from its last checkpoint when called again. HoldfastError
 *   OPTION_INVALID for a backbone or data set that does not exist, and for two that do not go together.
 */
export async function harden(
  options: HardenOptions,
  folders: { readonly folder: string; readonly cache: string },
  line: ProgressLine,
  signal: AbortSignal,
  recipe: Recipe = DEFAULT_RECIPE,
): Promise<Outcome> {
  const backbone = findBackbone(options.backbone);
  const data = dataSetFor(backbone, options.data);
  const report = (text: string): void => line.finish(text);
  const engine = await createEngine({ device: options.device, threads: options.threads, report });
  report(`computing on ${engine.device}, ${engine.threads} ${engine.threads === 1 ? 'thread' : 'threads'}`);
  const { folder, cache } = folders;
  if (options.fresh) rmSync(folder, { recursive: true, force: true });
  const { fresh: _fresh, output: _output, queries: _queries, budget, ...identity } = options;
  claimRunFolder(folder, { ...identity, device: engine.device, budget: budget ?? null, recipe });
  const halves = await data.load(backbone.size, cache, (done, total) =>
    line.update(`preparing the pictures: ${done} of ${total}`),
  );
  const { train, judged } = splitImages(halves, options.split);
  const run: Run = { options, recipe, folder, engine, backbone, train, line, signal };
  const stages = await plannedStages(run);
  const { finished, seconds } = await trainStages(run, stages);
  const names = options.defense === 'vanilla' ? ['vanilla'] : ['vanilla', options.defense];
  const systems: [string, Evaluation][] = [];
  for (const name of names) {
    const evaluation = await evaluate(finished.get(name)?.weights as Weights, {
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
  line.finish(`trained for ${seconds.toFixed(0)} s; log and checkpoints in ${folder}`);
  const weights = finished.get(options.defense)?.weights as Weights;
  return { weights, backbone, recipe, stages, seconds, systems, device: engine.device };
}

async function trainStages(
  run: Run,
  stages: readonly Stage[],
): Promise<{ finished: Map<string, Learner>; seconds: number }> {
  const { folder, recipe, options } = run;
  const clock = createClock(stages, recipe.caTride.budget.steps, 2 * recipe.pairs);
  const finished = new Map<string, Learner>();
  let seconds = 0;
  for (const stage of stages) {
    const done = loadCheckpoint(join(folder, `${stage.name}.safetensors`));
    if (done !== undefined) {
      finished.set(stage.name, done.learner);
      seconds = done.progress.seconds;
      continue;
    }
    const from = startOf(stage, finished, run, seconds);
    const training = trainingFor(stage.name, run);
    const onBatch = (report: StageReport): void => {
      run.line.update(progressText(report, clock.secondsLeft(report)));
      if (report.batch === report.batches) run.line.finish(progressText(report, clock.secondsLeft(report)));
    };
    const setting = { folder, images: run.train, pairs: recipe.pairs, seed: options.seed, onBatch, signal: run.signal };
    const learner = await runStage(stage, training, from, setting).finally(() => training.release());
    const last = loadCheckpoint(checkpointPath(folder))?.progress as Progress;
    saveCheckpoint(join(folder, `${stage.name}.safetensors`), last, learner);
    finished.set(stage.name, learner);
    seconds = last.seconds;
  }
  return { finished, seconds };
}

/** Where a stage begins: at its checkpoint, at the end of the stage before it, or with fresh weights. */
function startOf(stage: Stage, finished: ReadonlyMap<string, Learner>, run: Run, seconds: number) {
  const saved = loadCheckpoint(checkpointPath(run.folder));
  if (saved !== undefined && saved.progress.stage === stage.name) return saved;
  const before = stage.from === undefined ? undefined : finished.get(stage.from);
  const weights = before?.weights ?? run.backbone.init(createRandom(run.options.seed).fork('weights'));
  return {
    learner: newLearner(weights),
    progress: { stage: stage.name, epoch: 0, batches: 0, seconds },
  };
}

function trainingFor(name: string, { engine, backbone, recipe, options }: Run): Training {
  const loss = { loss: 'triplet', miner: 'semihard', metric: 'N' } as const;
  const setting = { engine, backbone, weightDecay: recipe.weightDecay, loss, budget: recipe.caTride.budget };
  if (name === 'pretrain') return pretraining(setting);
  const make = defenses[name];
  if (make === undefined) throw new HoldfastError('OPTION_INVALID', `no defense "${name}"`);
  const caTride: CaTrideOptions = { ...presets[options.preset], ...recipe.caTride };
  return make(setting, caTride);
}

/** The stages, shortened to the budget. The plan is made once per run, so that a resumed run keeps it. */
async function plannedStages(run: Run): Promise<Stage[]> {
  const path = join(run.folder, 'plan.json');
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));
  const stages = stagesOf(run.recipe, run.options.defense);
  const { budget } = run.options;
  const plan = budget === undefined ? stages : fitStages(stages, await measureEpochs(stages, run), budget);
  writeFileAtomic(path, `${JSON.stringify(plan, null, 2)}\n`);
  return plan;
}

/** Seconds per epoch of each stage, from a few batches of pre-training and the arithmetic of the others. */
async function measureEpochs(stages: readonly Stage[], run: Run): Promise<number[]> {
  const weights = run.backbone.init(createRandom('timing'));
  const training = trainingFor('pretrain', run);
  const rows = 2 * run.recipe.pairs;
  const shape = [rows, run.backbone.size, run.backbone.size, run.backbone.channels];
  const images = { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5) };
  const labels = Array.from({ length: rows }, (_, row) => row >> 1);
  const batch = { images, labels, epoch: 0, epochs: 1, index: 0, random: createRandom('timing'), rate: 0 };
  const learner = newLearner(weights);
  await training.train(learner, batch);
  const started = performance.now();
  for (let i = 0; i < 5; i++) await training.train(learner, batch);
  const perBatch = (performance.now() - started) / 5000;
  await training.release();
  const batches = Math.ceil(run.train.labels.length / run.recipe.pairs);
  const steps = run.recipe.caTride.budget.steps;
  // Augmentation and mining come on top of the arithmetic: a fifth, generously.
  return stages.map(
    ({ name }) => (1.2 * batches * perBatch * relativeCost(name, steps)) / relativeCost('pretrain', steps),
  );
}
