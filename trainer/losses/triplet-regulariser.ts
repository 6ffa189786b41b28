import * as tf from '@tensorflow/tfjs';
import { withoutGradient } from '../../attack/stop-gradient.ts';

const MARGIN = 0.04;

/** The mean of the floor(K / 2) smallest of K distances; zero when there is none. */
export function nearestHalfMean(distances: tf.Tensor1D): tf.Scalar {
  const half = Math.floor(distances.size / 2);
  if (half === 0) return tf.scalar(0);
  // TF.js's top-k has no gradient: it only chooses. The smallest are the largest of the negated ones.
  const chosen = withoutGradient((x) => {
    const { indices } = tf.topk(x.neg(), half, true);
    return tf.oneHot(indices, distances.size).cast('float32').sum(0);
  }, distances);
  return distances.mul(chosen).sum().div(half);
}

/**
 * L_TR of the released CA-TRIDE code (specification of the method, section 3.4): half the hinge between the nearest half of the
 * positive distances and the nearest half of the negative ones, chosen independently. Zero for a single triplet.
 * @param positive K distances to the positives; @param negative K distances to the negatives.
 */
export function tripletRegulariser(positive: tf.Tensor1D, negative: tf.Tensor1D): tf.Scalar {
  if (positive.size < 2) return tf.scalar(0);
  return nearestHalfMean(positive).sub(nearestHalfMean(negative)).add(MARGIN).relu().div(2);
}
