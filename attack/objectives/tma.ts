import type * as tf from '@tensorflow/tfjs';
import { rowDistance } from '../distances.ts';
import type { Objective } from '../types.ts';

/**
 * TMA, targeted mismatch: the embedding takes the direction of another one (specification of the method, section 5), whatever
 * the metric. Constant `target`: N x D.
 */
export const tma: Objective = {
  name: 'tma',
  evaluate: (embeddings, { target }) => rowDistance(embeddings, target as tf.Tensor2D, 'C'),
};
