import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { NdArray } from '../engine/types.ts';

/** `E` raw Euclidean, `N` normalised Euclidean, `C` cosine distance (specification of the method, section 0). */
export type Metric = 'E' | 'N' | 'C';

/** How far an adversary may go and how: everything in pixels of [0,1]. */
export interface Budget {
  /** Largest change of any pixel value, e.g. 8/255. */
  readonly epsilon: number;
  /** Step size; with one step the whole epsilon is used. */
  readonly alpha: number;
  readonly steps: number;
}

/** Arrays that an objective compares with, hoisted out of the loop: embeddings of targets, of clean images, ... */
export type Constants = Readonly<Record<string, NdArray>>;
export type TensorConstants = Readonly<Record<string, Tensor>>;

/** What an attack minimises. The runner differentiates the sum of the values with respect to the pixels and steps. */
export interface Objective {
  readonly name: string;
  /**
   * @param embeddings N x D of the perturbed images, normalised where the metric asks for it.
   * @returns one value per image; one value in all where the images are coupled.
   */
  evaluate(embeddings: Tensor2D, constants: TensorConstants, metric: Metric): Tensor1D;
  /** The constants of the first step, where they differ (an offset that makes the gradient at distance zero non-zero). */
  readonly first?: (constants: Constants) => Constants;
}

/** What the runner gives back. It clips to epsilon and to [0,1] itself. */
export interface AttackResult {
  readonly images: NdArray;
  /** Steps taken; fewer than the budget's where a stop rule held. */
  readonly steps: number;
  /** The images before the last step that was taken; only from an attack that was compiled to keep them. */
  readonly previous?: NdArray;
  /** Mean objective before each step: of all that were evaluated, or in a whole program of those that were taken. */
  readonly trace: readonly number[];
  /** Forward passes of single images through the model. */
  readonly queries: number;
}
