import type * as tf from '@tensorflow/tfjs';
import { distanceMatrix, ownDistances } from '../distances.ts';
import type { Metric, Objective, TensorConstants } from '../types.ts';
import { meanHinge } from './hinge.ts';

/** Distances to the candidates (N x M) and to the gallery (N x X). */
function distances(embeddings: tf.Tensor2D, constants: TensorConstants, metric: Metric): [tf.Tensor2D, tf.Tensor2D] {
  const { candidates, gallery } = constants as Readonly<Record<'candidates' | 'gallery', tf.Tensor2D>>;
  return [ownDistances(embeddings, candidates, metric), distanceMatrix(embeddings, gallery, metric)];
}

/**
 * QA+, query attack: the candidates come nearer than the rest of the gallery (specification of the method, section 5).
 * Constants: `candidates`, N x M x D for candidates of each image's own or M x D for the same ones; `gallery`, X x D.
 */
export const qaPlus: Objective = {
  name: 'qa+',
  evaluate(embeddings, constants, metric) {
    const [candidates, gallery] = distances(embeddings, constants, metric);
    return meanHinge(candidates, gallery);
  },
};

/** QA-: the candidates fall behind the rest of the gallery. Constants as for QA+. */
export const qaMinus: Objective = {
  name: 'qa-',
  evaluate(embeddings, constants, metric) {
    const [candidates, gallery] = distances(embeddings, constants, metric);
    return meanHinge(candidates.neg(), gallery.neg());
  },
};
