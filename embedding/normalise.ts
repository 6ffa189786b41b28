import type * as tf from '@tensorflow/tfjs';

/** Rows at unit length: `x / max(|x|, 1e-12)`; a zero row stays zero. (Specification of the method, section 0.) */
export function normalise(rows: tf.Tensor2D): tf.Tensor2D {
  // The bound is put on the squares: the root of zero has no gradient.
  const norms = rows.square().sum(1, true).maximum(1e-24).sqrt();
  return rows.div(norms);
}
