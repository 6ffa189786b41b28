import fc from 'fast-check';
import { createRandom } from '../../../base/random.ts';
import { ndarray } from '../../../engine/arrays.ts';
import type { MinerInput } from '../../../trainer/types.ts';

/** A batch of pairs whose rows are points on a line. */
export function onALine(points: readonly number[], labels: readonly number[], margin = 1): MinerInput {
  const embeddings = ndarray(Float32Array.from(points), [points.length, 1]);
  return { embeddings, labels, metric: 'E', margin, epoch: 0, epochs: 10 };
}

/** Random pairs of up to three classes. */
export function randomBatch(pairs: number, seed: number | string, dimension = 4): MinerInput {
  const random = createRandom(seed);
  const labels = Array.from({ length: pairs }, () => random.integer(3)).flatMap((label) => [label, label]);
  const data = Float32Array.from({ length: pairs * 2 * dimension }, () => random.normal());
  const embeddings = ndarray(data, [pairs * 2, dimension]);
  return { embeddings, labels, metric: 'N', margin: 0.2, epoch: 3, epochs: 9 };
}

export const batches = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 1e6 }))
  .map(([pairs, seed]) => randomBatch(pairs, seed));
