import type * as tf from '@tensorflow/tfjs';
import { distanceMatrix, ownDistances } from '../distances.ts';
import type { Metric, Objective, TensorConstants } from '../types.ts';

/**
 * Mean over an image's W targets and the X gallery rows of `relu(sign (d(image, target) - d(row, target)))`. How far the
 * gallery is from the targets does not depend on the image: a loop works it out once.
 */
function hinge(embeddings: tf.Tensor2D, constants: TensorConstants, metric: Metric, sign: 1 | -1): tf.Tensor1D {
  const { targets, gallery } = constants as { readonly targets: tf.Tensor3D; readonly gallery: tf.Tensor2D };
  const [images, count, dimension] = targets.shape;
  const flat = targets.reshape<tf.Tensor2D>([images * count, dimension]);
  const others = distanceMatrix(flat, gallery, metric).reshape([images, count, gallery.shape[0]]);
  const own = ownDistances(embeddings, targets, metric).expandDims(2);
  const order = sign === 1 ? own.sub(others) : others.sub(own);
  return order.relu().mean([1, 2]);
}

/**
 * CA+, candidate attack: the image comes nearer to its targets than the gallery is (specification of the method, section 5).
 * Constants: `targets`, N x W x D, the queries whose lists the image wants to climb; `gallery`, X x D.
 */
export const caPlus: Objective = {
  name: 'ca+',
  evaluate: (embeddings, constants, metric) => hinge(embeddings, constants, metric, 1),
};

/** CA-: the image falls behind the gallery in the lists of its targets. Constants as for CA+. */
export const caMinus: Objective = {
  name: 'ca-',
  evaluate: (embeddings, constants, metric) => hinge(embeddings, constants, metric, -1),
};
