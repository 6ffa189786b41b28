import type * as tf from '@tensorflow/tfjs';
import { rowDistances } from '../../attack/rows.ts';
import type { NdArray } from '../../engine/types.ts';
import type { Metric, Triplets } from '../types.ts';

export interface Collapseness {
  /** Weighted mean distance of anchors and positives. */
  readonly positive: tf.Scalar;
  /** Weighted mean distance of anchors and negatives. */
  readonly negative: tf.Scalar;
  /** Their difference; a collapsed space has it near zero, a good one below. */
  readonly value: tf.Scalar;
}

/**
 * The weighted mean of distances: weights `exp(lambda (d - max d))` for `+`, `exp(-lambda (d - min d))` for `-`.
 * Gradients go through the weights.
 */
export function weightedMean(distances: tf.Tensor1D, lambda: number, sign: '+' | '-'): tf.Scalar {
  const exponent = sign === '+' ? distances.sub(distances.max()) : distances.min().sub(distances);
  const weights = exponent.mul(lambda).exp();
  return weights.mul(distances).sum().div(weights.sum());
}

/** Collapseness of a batch of triplets from its K positive and K negative distances (specification, section 4.7). */
export function collapseness(
  positive: tf.Tensor1D,
  negative: tf.Tensor1D,
  lambda: number,
  sign: '+' | '-',
): Collapseness {
  const near = weightedMean(positive, lambda, sign);
  const far = weightedMean(negative, lambda, sign);
  return { positive: near, negative: far, value: near.sub(far) };
}

/** The collapseness of triplets of a batch, in plain arithmetic, for the log. Unit rows where the metric is `N` or `C`. */
export function collapsenessOf(
  embeddings: NdArray,
  { anchors, positives, negatives }: Triplets,
  metric: Metric,
  { lambda, weightSign }: { readonly lambda: number; readonly weightSign: '+' | '-' },
): number {
  const weighted = (values: readonly number[]): number => {
    const pivot = weightSign === '+' ? Math.max(...values) : Math.min(...values);
    const weights = values.map((value) => Math.exp((weightSign === '+' ? lambda : -lambda) * (value - pivot)));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return values.reduce((sum, value, i) => sum + value * (weights[i] as number), 0) / total;
  };
  const near = weighted(rowDistances(embeddings, anchors, positives, metric));
  return near - weighted(rowDistances(embeddings, anchors, negatives, metric));
}
