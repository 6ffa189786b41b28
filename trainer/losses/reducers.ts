import * as tf from '@tensorflow/tfjs';
import type { Reducer, Term } from '../types.ts';

/** The plain mean over all values. */
export const mean: Reducer = (values) => values.mean();

/** The mean over the values above zero, without a gradient through their number; 0 where there are none. */
export const positiveMean: Reducer = (values) => {
  const active = values.step();
  return values.mul(active).sum().div(active.sum().maximum(1)) as tf.Scalar;
};

/** The loss of a batch: the sum of its reduced terms. */
export function sumOfTerms(terms: readonly Term[]): tf.Scalar {
  return tf.addN(terms.map(({ values, reduce }) => reduce(values)));
}
