import * as tf from '@tensorflow/tfjs';

/** Turns cosines into logits. */
const SCALE = 12;
/** What is added to a logit that must not count. */
const EXCLUDED = -1e9;

/**
 * Cross entropy over a batch of pairs: each anchor has to find its positive among the positives of all pairs, and the other way
 * round (N-pair loss of Sohn, 2016, on cosines). It pre-trains where there are no pre-trained weights.
 * @param anchors K x D and @param positives K x D, unit length.
 * @param sameClass K x K, 1 where two different pairs show the same class, which is no mistake; 0 elsewhere and on the diagonal.
 * @returns one value per pair.
 */
export function batchCrossEntropy(anchors: tf.Tensor2D, positives: tf.Tensor2D, sameClass: tf.Tensor2D): tf.Tensor1D {
  const logits = tf.matMul(anchors, positives, false, true).mul(SCALE).add(sameClass.mul(EXCLUDED)) as tf.Tensor2D;
  const own = anchors.mul(positives).sum(1).mul(SCALE);
  const forward = tf.logSumExp(logits, 1).sub(own);
  const backward = tf.logSumExp(logits, 0).sub(own);
  return forward.add(backward).div(2);
}
