import type { Backbone, Weights } from '../embedding/types.ts';
import type { Engine } from '../engine/types.ts';
import { selectClasses } from './batches.ts';
import { embedAll } from './evaluate.ts';
import { retrieval } from './metrics/index.ts';
import type { Split } from './option-table.ts';
import type { LabelledImages } from './types.ts';

/** Images of a validation at most. */
const MOST = 1000;

export interface ValidationSet {
  readonly images: LabelledImages;
  /** What is looked at, for the operator. */
  readonly says: string;
}

/**
 * What a run is watched on: classes that are held out of training where the run is judged on those; else a part of the training
 * classes, since the test classes are for the end alone. The classes are taken evenly from the list, each with all its images.
 */
export function validationSet(split: Split, train: LabelledImages, judged: LabelledImages): ValidationSet {
  const from = split === 'validation' ? judged : train;
  const every = Math.max(1, Math.ceil(from.labels.length / MOST));
  const all = every === 1 ? from : selectClasses(from, (_, index) => index % every === 0);
  const images = all.labels.length <= MOST ? all : firstRows(all, MOST);
  const seen = split === 'validation' ? 'held-out classes' : 'training classes, whose images it has seen';
  return { images, says: `${images.labels.length} images of ${new Set(images.labels).size} ${seen}` };
}

/** Few classes of many images each: every n-th image. */
function firstRows(images: LabelledImages, most: number): LabelledImages {
  const length = images.size * images.size * 3;
  const step = images.labels.length / most;
  const rows = Array.from({ length: most }, (_, i) => Math.floor(i * step));
  const pixels = new Uint8Array(most * length);
  rows.forEach((row, i) => {
    pixels.set(images.pixels.subarray(row * length, (row + 1) * length), i * length);
  });
  return { ...images, pixels, labels: Int32Array.from(rows, (row) => images.labels[row] as number) };
}

/** Retrieval among the images of a set, by name. */
export async function validate(engine: Engine, backbone: Backbone, weights: Weights, images: LabelledImages) {
  const raw = await embedAll(engine, backbone, weights, images);
  const rows = Array.from({ length: images.labels.length }, (_, row) => row);
  const { recallAt1, recallAt2, meanAveragePrecision } = retrieval(raw, raw, images.labels, rows);
  return { recallAt1, recallAt2, meanAveragePrecision };
}
