import type * as tf from '@tensorflow/tfjs';
import { rowDistance } from '../../attack/distances.ts';
import type { Metric } from '../types.ts';

/** `relu(d(a, p) - d(b, n) + margin)` by rows; K x D each -> K. */
export function hinge(
  near: readonly [tf.Tensor2D, tf.Tensor2D],
  far: readonly [tf.Tensor2D, tf.Tensor2D],
  { metric, margin }: { readonly metric: Metric; readonly margin: number },
): tf.Tensor1D {
  return rowDistance(...near, metric)
    .sub(rowDistance(...far, metric))
    .add(margin)
    .relu();
}
