import type * as tf from '@tensorflow/tfjs';
import { ownDistances } from '../distances.ts';
import type { Objective } from '../types.ts';

/**
 * The plain distance to the candidates: what query and candidate attacks minimise in RobRank's `DISTANCE` mode. Constant
 * `candidates`: N x M x D, or M x D for the same ones.
 */
export const approach: Objective = {
  name: 'approach',
  evaluate: (embeddings, { candidates }, metric) =>
    ownDistances(embeddings, candidates as tf.Tensor, metric).mean<tf.Tensor1D>(1),
};

/** Away from the candidates. Constant as for `approach`. */
export const recede: Objective = {
  name: 'recede',
  evaluate: (embeddings, constants, metric) => approach.evaluate(embeddings, constants, metric).neg(),
};
