import { HoldfastError } from '../base/errors.ts';
import type { WeightedVector } from './types.ts';
import { checkVector } from './validation.ts';

/** A sum shorter than this has no direction that rounding did not make. */
const SHORTEST = 1e-6;

/**
 * One query for several: the sum of the vectors times their weights, at unit length. A positive weight draws the result
 * towards a vector, a negative one pushes it away.
 * @throws VECTOR_INVALID when a vector or a weight is not finite, there is none, or they cancel out.
 */
export function combineQueries(queries: readonly WeightedVector[], dimension: number): Float32Array<ArrayBuffer> {
  const sum = new Float64Array(dimension);
  for (const part of queries) {
    // The types do not hold for every caller, and a list may have holes.
    const { vector, weight } = part ?? {};
    checkVector(vector, dimension);
    if (!Number.isFinite(weight)) throw new HoldfastError('VECTOR_INVALID', `the weight ${weight} is not finite`);
    for (let i = 0; i < dimension; i++) sum[i] = Number(sum[i]) + weight * Number(vector[i]);
  }
  const length = Math.hypot(...sum);
  if (length > SHORTEST) return Float32Array.from(sum, (value) => value / length);
  throw new HoldfastError('VECTOR_INVALID', `the weighted vectors add up to length ${length}`);
}
