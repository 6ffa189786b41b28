import type * as tf from '@tensorflow/tfjs';

/** One step of plain gradient descent on scalars, each with a rate of its own: `w <- w - rate g`. */
export function descend(
  values: Readonly<Record<string, tf.Scalar>>,
  gradients: Readonly<Record<string, tf.Tensor>>,
  rates: Readonly<Record<string, { readonly rate: number }>>,
): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(rates).map(([name, { rate }]) => [
      name,
      (values[name] as tf.Scalar).sub((gradients[name] as tf.Tensor).mul(rate)),
    ]),
  );
}
