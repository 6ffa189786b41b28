import * as tf from '@tensorflow/tfjs';
import { ownDistances } from '../distances.ts';
import { withoutGradient } from '../stop-gradient.ts';
import type { Objective } from '../types.ts';

/** Added to what must not be chosen; more than any squared distance. */
const FAR = 1e12;

type Tensors = {
  readonly gallery: tf.Tensor2D;
  readonly galleryLabels: tf.Tensor1D;
  readonly labels: tf.Tensor1D;
  readonly excluded: tf.Tensor1D;
};

/** The gallery rows (N x D) that are the farthest of another label and the nearest of the same one. */
function extremes(embeddings: tf.Tensor2D, constants: Tensors): [unlike: tf.Tensor, like: tf.Tensor] {
  const { gallery, galleryLabels, labels, excluded } = constants;
  const same = labels.expandDims(1).equal(galleryLabels.expandDims(0));
  const columns = tf.range(0, gallery.shape[0], 1, 'int32').expandDims(0);
  const barred = same.logicalNot().logicalOr(excluded.expandDims(1).equal(columns));
  const [notUnlike, notLike] = [same.cast('float32').mul(FAR), barred.cast('float32').mul(FAR)];
  const lengths = gallery.square().sum(1).expandDims(0);
  // Squared distances but for the length of the image's own row, which does not change which is the largest.
  const order = (x: tf.Tensor): tf.Tensor => lengths.sub(tf.matMul(x as tf.Tensor2D, gallery, false, true).mul(2));
  // Only the two distances have a gradient, not the choice: two rows instead of a product with the whole gallery.
  return [
    withoutGradient((x) => tf.gather(gallery, order(x).sub(notUnlike).argMax(1)), embeddings),
    withoutGradient((x) => tf.gather(gallery, order(x).add(notLike).argMin(1)), embeddings),
  ];
}

/**
 * LTM, learning to misrank: the farthest image of another class comes nearer than the nearest of the own (specification of
 * the method, section 5). Constants: `gallery` X x D; int32 `galleryLabels` X, `labels` N, and `excluded` N, the gallery
 * row that is no match for the image because it is the image, or -1 to let it count, as the released code does.
 */
export const ltm: Objective = {
  name: 'ltm',
  evaluate(embeddings, constants, metric) {
    const [unlike, like] = extremes(embeddings, constants as Tensors);
    const far = ownDistances(embeddings, unlike.expandDims(1), metric);
    const near = ownDistances(embeddings, like.expandDims(1), metric);
    return far.sub(near).relu().sum(1);
  },
};
