import * as tf from '@tensorflow/tfjs';
import { customGradient } from '../engine/custom-gradient.ts';

/** A function of a tensor whose value counts and whose gradient does not: it is taken as zero. */
export function withoutGradient(fn: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): tf.Tensor {
  return customGradient([x], ([input]) => ({ value: fn(input), gradFunc: () => tf.zerosLike(input) }));
}
