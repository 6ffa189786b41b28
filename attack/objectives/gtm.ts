import type * as tf from '@tensorflow/tfjs';
import { rowDistance } from '../distances.ts';
import type { Objective } from '../types.ts';

/**
 * GTM, greedy misranking: the embedding goes to the nearest image that does not match (specification of the method, section
 * 5). Constant `target`: N x D.
 */
export const gtm: Objective = {
  name: 'gtm',
  evaluate: (embeddings, { target }, metric) => rowDistance(embeddings, target as tf.Tensor2D, metric),
};
