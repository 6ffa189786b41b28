import type { Weights } from '../embedding/types.ts';
import { type AdamState, initialAdam } from './optimisers/index.ts';

/** What training changes from batch to batch, and all it has to remember. */
export interface Learner {
  readonly weights: Weights;
  readonly adam: AdamState;
  /** Learnable scalars of the loss, by name. */
  readonly lossParameters: Readonly<Record<string, number>>;
  /** What a defense carries from one batch to the next, by name. */
  readonly memory: Readonly<Record<string, number>>;
  /** Moving average of the weights, where one is kept: it is judged and published in their place. */
  readonly average?: Weights;
}

/**
 * Where training begins. @param lossParameters the first values of the loss's learnable scalars.
 * @param keepsAverage whether a moving average of the weights is kept.
 */
export function newLearner(
  weights: Weights,
  lossParameters: Readonly<Record<string, number>> = {},
  keepsAverage = false,
): Learner {
  const learner = { weights, adam: initialAdam(weights), lossParameters, memory: {} };
  return keepsAverage ? { ...learner, average: weights } : learner;
}

/** The weights that a learner is judged by. */
export function resultOf({ weights, average }: Learner): Weights {
  return average ?? weights;
}
