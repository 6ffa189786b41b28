import type * as tf from '@tensorflow/tfjs';
import { COARSE } from '../transformations/coarse-jpeg.ts';
import { FINE } from '../transformations/jpeg.ts';
import type { TransformationName } from '../types.ts';
import { bitDepth } from './bit-depth.ts';
import { blur } from './blur.ts';
import { jpegOf } from './jpeg.ts';
import { shift } from './shift.ts';

/** What an adversary differentiates in place of each transformation: N x S x S x channels, pixels in [0,1]. */
export const differentiable: Readonly<Record<TransformationName, (images: tf.Tensor4D) => tf.Tensor4D>> = {
  'bit-depth': bitDepth,
  blur,
  'coarse-jpeg': jpegOf(COARSE),
  jpeg: jpegOf(FINE),
  shift,
};
