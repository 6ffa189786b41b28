import type * as tf from '@tensorflow/tfjs';
import type { TensorWeights } from '../../embedding/types.ts';
import { scalar } from '../../engine/arrays.ts';
import type { NdArray } from '../../engine/types.ts';

/**
 * How far the average of the weights goes towards them in an update. The decay grows to its value, `(1 + t) / (10 + t)` at
 * update t, so that a short run's average is not made of the weights it began with.
 */
export function averageShare(decay: number, updatesBefore: number): NdArray {
  const t = updatesBefore + 1;
  return scalar(1 - Math.min(decay, (1 + t) / (10 + t)));
}

/** The exponential moving average after one more set of weights. What does not change keeps its bits. */
export function averaged(average: TensorWeights, weights: TensorWeights, share: tf.Scalar): TensorWeights {
  return Object.fromEntries(
    Object.entries(average).map(([name, mean]) => [name, mean.add((weights[name] as tf.Tensor).sub(mean).mul(share))]),
  );
}
