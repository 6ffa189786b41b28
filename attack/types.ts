import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { NdArray } from '../engine/types.ts';

/** `E` raw Euclidean, `N` normalised Euclidean, `C` cosine distance (specification of the method, section 0). */
export type Metric = 'E' | 'N' | 'C';

/** What bounds a change: its largest value (L-infinity) or its Euclidean length over all values of the image (L2). */
export type Norm = 'linf' | 'l2';

/** `fixed`: every step has the length alpha. `apgd`: the length halves by itself where an image makes no progress. */
export type StepRuleName = 'fixed' | 'apgd';

/** How far an adversary may go and how: everything in pixels of [0,1]. */
export interface Budget {
  /** Norm of the largest change, e.g. 8/255 of any pixel value. */
  readonly epsilon: number;
  /** Step size; with one step the whole epsilon is used. */
  readonly alpha: number;
  readonly steps: number;
  /** `linf` by default. */
  readonly norm?: Norm;
  /** `fixed` by default. */
  readonly stepRule?: StepRuleName;
  /** Runs, of which the best counts for each image: the first begins at the image, others at random in the ball. 1 by default. */
  readonly restarts?: number;
  /** Gives each image's best iterate back instead of its last one. Always so with several runs, `l2` and `apgd`. */
  readonly keepBest?: boolean;
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
  /** N: the objective at the images that are given back; only from an attack that keeps the best. */
  readonly values?: NdArray;
  /** Mean objective before each step: of all that were evaluated, or in a whole program of those that were taken. */
  readonly trace: readonly number[];
  /** Forward passes of single images through the model. */
  readonly queries: number;
}
