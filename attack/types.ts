import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import type { NdArray } from '../engine/types.ts';

/** How far an adversary may go and how: everything in pixels of [0,1]. */
export interface Budget {
  /** Largest change of any pixel value, e.g. 8/255. */
  readonly epsilon: number;
  /** Step size; with one step the whole epsilon is used. */
  readonly alpha: number;
  readonly steps: number;
}

/**
 * What an attack minimises. `evaluate` maps perturbed images (N x S x S x 3) and named constant arrays to one value per image
 * (or one value in all where images are coupled); the runner sums, differentiates and steps.
 */
export interface Objective {
  readonly name: string;
  evaluate(images: Tensor4D, constants: Readonly<Record<string, Tensor>>): Tensor1D;
}

/** What the runner gives back. It clips to epsilon and to [0,1] itself. */
export interface AttackResult {
  readonly images: NdArray;
  /** Objective per image before the first step and at the returned images. */
  readonly before: Float32Array;
  readonly after: Float32Array;
  /** Forward passes of an image through the model. */
  readonly queries: number;
}
