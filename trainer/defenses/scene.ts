import { rowDistances, spreadOf, unitRows } from '../../attack/rows.ts';
import { mean } from '../../base/statistics.ts';
import { compileEmbedding } from '../../embedding/embed.ts';
import type { Weights } from '../../embedding/types.ts';
import type { NdArray } from '../../engine/types.ts';
import { drawTriplets } from '../miners/index.ts';
import type { Metric, Miner, Triplets } from '../types.ts';
import type { Learner } from '../update.ts';
import { perSize } from './programs.ts';
import type { Batch, TrainingSetting } from './types.ts';

/** What is known of a batch before anything is perturbed. */
export interface Scene {
  readonly batch: Batch;
  /** Embeddings of the clean rows, 2K x D, as the network gives them. */
  readonly raw: NdArray;
  /** The same, normalised where the metric is `N` or `C`. */
  readonly clean: NdArray;
  readonly triplets: Triplets;
  readonly memory: Learner['memory'];
}

/** How the triplets of a batch are found. */
export interface Mining {
  readonly miner: Miner;
  readonly margin: number;
}

/** Embeds batches, once each. */
export function embeddingOf({ engine, backbone }: TrainingSetting) {
  const programs = perSize((rows) => compileEmbedding(engine, backbone, rows));
  return {
    run: async (weights: Weights, images: NdArray): Promise<NdArray> =>
      (await programs.for(images.shape[0] ?? 0)).run(weights, images),
    release: () => programs.release(),
  };
}

/** Triplets of a batch that was embedded; the draw takes from the batch's generator. */
export function mine(
  { miner, margin }: Mining,
  { batch, raw }: Pick<Scene, 'batch' | 'raw'>,
  { loss }: TrainingSetting,
): Triplets {
  const { labels, epoch, epochs, random } = batch;
  return drawTriplets(
    miner.candidates({ embeddings: raw, labels, metric: loss.metric, margin, epoch, epochs }),
    random,
  );
}

/** What is known of a batch whose raw embeddings are. */
export function sceneOf(
  batch: Batch,
  raw: NdArray,
  mining: Mining,
  memory: Learner['memory'],
  setting: TrainingSetting,
): Scene {
  return { batch, raw, clean: metricRows(raw, setting), triplets: mine(mining, { batch, raw }, setting), memory };
}

/** Rows as distances compare them: normalised where the metric is `N` or `C`. */
export function metricRows(raw: NdArray, { loss: { metric } }: TrainingSetting): NdArray {
  return metric === 'E' ? raw : unitRows(raw);
}

/** `d(a, p) - d(a, n)` of each triplet, from rows as distances compare them. */
export function hardnessOf(rows: NdArray, { anchors, positives, negatives }: Triplets, metric: Metric): number[] {
  const far = rowDistances(rows, anchors, negatives, metric);
  return rowDistances(rows, anchors, positives, metric).map((near, k) => near - (far[k] as number));
}

/** How a batch lies before its update. @param raw 2K x D. @param triplets none where the loss is on groups. */
export function measuresOf(raw: NdArray, triplets: Triplets | undefined, setting: TrainingSetting) {
  const rows = metricRows(raw, setting);
  const hardness = triplets && mean(hardnessOf(rows, triplets, setting.loss.metric));
  return { spread: spreadOf(rows), hardness };
}
