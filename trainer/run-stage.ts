import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../base/errors.ts';
import { createRandom, type Random } from '../base/random.ts';
import { mean } from '../base/statistics.ts';
import type { NdArray } from '../engine/types.ts';
import { type Progress, saveCheckpoint } from './checkpoint.ts';
import type { BatchReport, Training } from './defenses/index.ts';
import { createLoader, type Loader } from './loading/index.ts';
import { rateAt, type Stage } from './recipe.ts';
import { spc2 } from './samplers/index.ts';
import type { LabelledImages } from './types.ts';
import type { Learner } from './update.ts';

/** What is shown and logged while a stage runs. */
export interface StageReport {
  readonly stage: string;
  /** 1-based. */
  readonly epoch: number;
  readonly epochs: number;
  readonly batch: number;
  readonly batches: number;
  /** Means over the epoch so far. */
  readonly loss: number;
  readonly collapseness: number | undefined;
  readonly imagesPerSecond: number;
}

export interface StageSetting {
  readonly folder: string;
  readonly images: LabelledImages;
  readonly pairs: number;
  readonly seed: number;
  readonly onBatch: (report: StageReport) => void;
  readonly signal: AbortSignal;
}

export function checkpointPath(folder: string): string {
  return join(folder, 'checkpoint.safetensors');
}

/**
 * Runs a stage from where it stands to its end, with a checkpoint after each epoch. All randomness of an epoch comes from the
 * seed, the stage's name and the epoch's number, so that a run that was killed and resumed ends with the same bits.
 * @throws the signal's reason when it is aborted; HoldfastError TRAINING_COLLAPSED when the loss or a weight is no longer a number.
 */
export async function runStage(
  stage: Stage,
  training: Training,
  from: { readonly learner: Learner; readonly progress: Progress },
  setting: StageSetting,
): Promise<Learner> {
  const { size, channels } = setting.images;
  const loader = createLoader(setting.images, { size, channels, augmentation: 'pose' });
  return runEpochs(stage, training, from, setting, loader).finally(() => loader.close());
}

async function runEpochs(
  stage: Stage,
  training: Training,
  from: { readonly learner: Learner; readonly progress: Progress },
  setting: StageSetting,
  loader: Loader,
): Promise<Learner> {
  const source = createRandom(setting.seed).fork(stage.name);
  let { learner, progress } = from;
  for (let epoch = progress.epoch; epoch < stage.epochs; epoch++) {
    const started = performance.now();
    const random = source.fork(`epoch ${epoch}`);
    const batches = spc2.epoch(setting.images.labels, setting.pairs, random.fork('sampler'));
    const seen: { loss: number; collapseness: number | undefined }[] = [];
    let images = 0;
    let i = 0;
    for await (const pictures of loader.epoch(batches, random.fork('pictures'))) {
      const rows = batches[i] as readonly number[];
      setting.signal.throwIfAborted();
      const share = (epoch + i / batches.length) / stage.epochs;
      const result = await trainBatch(training, learner, setting, { rows, pictures }, random.fork(`batch ${i}`), {
        epoch,
        epochs: stage.epochs,
        index: progress.batches + i,
        rate: rateAt(stage, share),
      });
      if (!Number.isFinite(result.loss)) {
        throw new HoldfastError(
          'TRAINING_COLLAPSED',
          `the loss of ${stage.name} is ${result.loss} in epoch ${epoch + 1}`,
        );
      }
      learner = result.learner;
      seen.push({ loss: result.loss, collapseness: result.collapseness });
      images += rows.length;
      setting.onBatch({
        stage: stage.name,
        epoch: epoch + 1,
        epochs: stage.epochs,
        batch: i + 1,
        batches: batches.length,
        loss: mean(seen.map(({ loss }) => loss)),
        collapseness: meanKnown(seen.map(({ collapseness }) => collapseness)),
        imagesPerSecond: (1000 * images) / (performance.now() - started),
      });
      i += 1;
    }
    // GPUs may lose a NaN on its way to the loss: WGSL leaves open what the larger of NaN and 0 is.
    const broken = Object.entries(learner.weights).find(([, { data }]) => !data.every(Number.isFinite));
    if (broken !== undefined) {
      throw new HoldfastError(
        'TRAINING_COLLAPSED',
        `${broken[0]} of ${stage.name} is not finite after epoch ${epoch + 1}`,
      );
    }
    const seconds = (performance.now() - started) / 1000;
    progress = {
      stage: stage.name,
      epoch: epoch + 1,
      batches: progress.batches + batches.length,
      seconds: progress.seconds + seconds,
    };
    saveCheckpoint(checkpointPath(setting.folder), progress, learner);
    const loss = mean(seen.map((entry) => entry.loss));
    const collapseness = meanKnown(seen.map((entry) => entry.collapseness));
    const line = {
      stage: stage.name,
      epoch: epoch + 1,
      loss,
      collapseness,
      imagesPerSecond: images / seconds,
      seconds,
    };
    appendFileSync(join(setting.folder, 'log.jsonl'), `${JSON.stringify(line)}\n`);
  }
  return learner;
}

function trainBatch(
  training: Training,
  learner: Learner,
  { images }: StageSetting,
  { rows, pictures }: { readonly rows: readonly number[]; readonly pictures: NdArray },
  random: Random,
  place: { readonly epoch: number; readonly epochs: number; readonly index: number; readonly rate: number },
): Promise<BatchReport> {
  return training.train(learner, {
    ...place,
    images: pictures,
    labels: rows.map((row) => images.labels[row] as number),
    random: random.fork('miner'),
  });
}

function meanKnown(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : mean(known);
}
