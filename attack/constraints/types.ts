import type { Scalar, Tensor } from '@tensorflow/tfjs';
import type { Random } from '../../base/random.ts';
import type { NdArray } from '../../engine/types.ts';
import type { Norm } from '../types.ts';

/** What bounds the change of each image: N x S x S x channels, pixels in [0,1]. */
export interface Constraint {
  readonly name: Norm;
  /** The change of norm 1 along which each image's objective grows fastest; zero where the gradient is. */
  direction(gradient: Tensor): Tensor;
  /** Back into the ball of radius epsilon around the clean images, and into [0,1]. */
  project(images: Tensor, clean: Tensor, epsilon: Scalar): Tensor;
  /** Images drawn inside the ball. */
  start(clean: NdArray, epsilon: number, random: Random): NdArray;
  /** How far each image is from the clean one. */
  distances(images: NdArray, clean: NdArray): Float32Array;
}
