import * as tf from '@tensorflow/tfjs';
import type { Term } from '../types.ts';
import { mean } from './reducers.ts';

/** What is added to a value that must not count. */
const EXCLUDED = -1e9;
const REGULARISATION = 0.005;

/** The even rows of an SPC-2 batch: 2K x D -> K x D. */
export function anchorRows(embeddings: tf.Tensor2D): tf.Tensor2D {
  const [rows, dimension] = embeddings.shape;
  const pairs = embeddings.reshape([rows / 2, 2, dimension]);
  return pairs.slice([0, 0, 0], [-1, 1, -1]).reshape([rows / 2, dimension]);
}

/** The values of a row where the mask is 1; elsewhere so small that their exponential is 0. */
export function masked(values: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor2D {
  return values.add(tf.sub(1, mask).mul(EXCLUDED));
}

/** `ln(1 + sum exp(values))` of each row of K x M values, some of them masked out; 0 where all are. */
export function logOnePlusSumExp(values: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor1D {
  const zero = tf.zeros<tf.Rank.R2>([values.shape[0], 1]);
  return tf.logSumExp(tf.concat([masked(values, mask), zero], 1), 1);
}

/** The mean length of the rows, weighted by 0.005: it keeps raw embeddings from growing. One value per row. */
export function lengthTerm(embeddings: tf.Tensor2D): Term {
  // The bound is put on the squares: the root of zero has no gradient.
  const lengths = embeddings.square().sum<tf.Tensor1D>(1).maximum<tf.Tensor1D>(1e-24).sqrt();
  return { values: lengths.mul(REGULARISATION), reduce: mean };
}
