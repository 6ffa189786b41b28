import * as tf from '@tensorflow/tfjs';

/** A value, and its gradient with respect to each input from the upstream one and what was saved. */
export interface WithGradient {
  readonly value: tf.Tensor;
  readonly gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
}

/**
 * A function of tensors whose gradient is written out. What its gradient needs of the way forward is given to `save`;
 * inside, nothing is recorded.
 */
export function customGradient<I extends tf.Tensor[]>(
  inputs: [...I],
  fn: (inputs: I, save: (tensors: tf.Tensor[]) => void) => WithGradient,
): tf.Tensor {
  return tf.customGrad((...args) => {
    // TF.js passes the function that saves after the inputs, which its types do not say.
    const save = args.pop() as unknown as tf.GradSaveFunc;
    return fn(args as I, save);
  })(...inputs);
}
