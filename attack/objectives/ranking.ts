import type * as tf from '@tensorflow/tfjs';
import { rowDistance } from '../distances.ts';
import type { Objective } from '../types.ts';

/**
 * RK, the plain ranking attack on one's own retrieval: away from the nearest image of the same class, towards the nearest
 * of another. Constants `same` and `other`: N x D, the clean embeddings of those two for each image.
 */
export const ranking: Objective = {
  name: 'ranking',
  evaluate: (embeddings, { same, other }, metric) =>
    rowDistance(embeddings, other as tf.Tensor2D, metric).sub(rowDistance(embeddings, same as tf.Tensor2D, metric)),
};
