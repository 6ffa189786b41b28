import type * as tf from '@tensorflow/tfjs';
import { withoutGradient } from '../../stop-gradient.ts';

/** Whole numbers on the way forward; the gradient passes as if nothing was rounded (Athalye, Carlini and Wagner, BPDA, 2018). */
export function roundStraightThrough(x: tf.Tensor): tf.Tensor {
  return x.add(withoutGradient((value) => value.round().sub(value), x));
}
