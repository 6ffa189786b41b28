import type { NdArray } from '../../engine/types.ts';
import type { BlackBoxResult, Score } from './types.ts';

/** Asks for scores and keeps each image's best. */
export interface BestKnown {
  /** The best so far, N x S x S x channels; changes as trials succeed. */
  readonly images: Float32Array;
  readonly values: Float32Array;
  /** Scores asked for each image so far. */
  readonly queries: number;
  /** Scores a batch, keeps what is better, and tells the scores. */
  try(images: Float32Array): Promise<Float32Array>;
  result(): BlackBoxResult;
}

/** Begins with the clean images, whose scores are the first that are asked for. */
export async function bestKnown(score: Score, clean: NdArray): Promise<BestKnown> {
  const images = Float32Array.from(clean.data);
  const values = Float32Array.from(await score(clean));
  const size = images.length / values.length;
  let queries = 1;
  return {
    images,
    values,
    get queries() {
      return queries;
    },
    async try(trial) {
      const found = Float32Array.from(await score({ shape: clean.shape, data: trial }));
      queries += 1;
      found.forEach((value, row) => {
        if (!(value < (values[row] as number))) return;
        values[row] = value;
        images.set(trial.subarray(row * size, (row + 1) * size), row * size);
      });
      return found;
    },
    result: () => ({ images: { shape: clean.shape, data: images }, values, queries }),
  };
}

/** A pixel value within epsilon of the clean one and in [0,1]. */
export function within(value: number, clean: number, epsilon: number): number {
  return Math.min(1, clean + epsilon, Math.max(0, clean - epsilon, value));
}
