import * as tf from '@tensorflow/tfjs';
import type { TensorWeights } from '../../embedding/types.ts';

/** Keeps the quotient finite where all gradients are zero, as PyTorch's `clip_grad_norm_` does. */
const EPSILON = 1e-6;

/** The Euclidean norm of all gradients together. */
export function globalNorm(gradients: TensorWeights): tf.Scalar {
  const squares = Object.values(gradients).map((gradient): tf.Scalar => gradient.square().sum());
  return squares.reduce((sum, square) => sum.add(square), tf.scalar(0)).sqrt();
}

/** Gradients of a global norm above `limit` scaled down to it (Pascanu et al., 2013); the others as they are. */
export function clipped(gradients: TensorWeights, norm: tf.Scalar, limit: number): TensorWeights {
  const factor = tf.scalar(limit).div(norm.add(EPSILON)).minimum(1);
  return Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, gradient.mul(factor)]));
}
