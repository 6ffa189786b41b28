import type * as tf from '@tensorflow/tfjs';
import { distanceMatrix } from '../distances.ts';
import type { Objective, TensorConstants } from '../types.ts';

/** Mean hinge over candidates and gallery rows; `sign` +1 draws the candidates near, -1 pushes them away. */
function hinge(embeddings: tf.Tensor2D, constants: TensorConstants, sign: 1 | -1): tf.Tensor1D {
  const { candidates, gallery } = constants as Readonly<Record<'candidates' | 'gallery', tf.Tensor2D>>;
  const toCandidates = distanceMatrix(embeddings, candidates, 'N').expandDims(2);
  const toGallery = distanceMatrix(embeddings, gallery, 'N').expandDims(1);
  const order = toCandidates.sub(toGallery).mul(sign);
  return order.relu().mean([1, 2]);
}

/**
 * QA+, query attack: the candidates come nearer than the rest of the gallery (specification of the method, section 5).
 * Constants `candidates` (M x D) and `gallery` (X x D), unit length, shared by all images.
 */
export const qaPlus: Objective = { name: 'qa+', evaluate: (embeddings, constants) => hinge(embeddings, constants, 1) };

/** QA-: the candidates fall behind the rest of the gallery. Constants as for QA+. */
export const qaMinus: Objective = {
  name: 'qa-',
  evaluate: (embeddings, constants) => hinge(embeddings, constants, -1),
};
