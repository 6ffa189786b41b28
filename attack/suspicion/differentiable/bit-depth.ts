import type * as tf from '@tensorflow/tfjs';
import { STEP } from '../transformations/bit-depth.ts';
import { roundStraightThrough } from './straight-through.ts';

/** `bit-depth` of pixels in [0,1]. */
export function bitDepth(images: tf.Tensor4D): tf.Tensor4D {
  return roundStraightThrough(images.mul(255 / STEP)).mul(STEP / 255);
}
