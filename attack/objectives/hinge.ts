import type * as tf from '@tensorflow/tfjs';

/**
 * How much of an order is violated: the mean of `relu(near - far)` over all pairs, for each image. N x M and N x X -> N.
 * With M times X pairs an image, the pairs are made one column of `near` at a time where there is one.
 */
export function meanHinge(near: tf.Tensor2D, far: tf.Tensor2D): tf.Tensor1D {
  if (near.shape[1] === 1) return near.sub(far).relu().mean<tf.Tensor1D>(1);
  return near.expandDims(2).sub(far.expandDims(1)).relu().mean<tf.Tensor1D>([1, 2]);
}
