import * as tf from '@tensorflow/tfjs';
import type { TensorConstants } from './types.ts';

/** The constants of an objective at one step: those of the first step, or those of all others. */
export function chosen(isFirst: tf.Tensor, first: TensorConstants, later: TensorConstants): TensorConstants {
  return Object.fromEntries(
    Object.entries(later).map(([name, tensor]) => {
      const everywhere = isFirst.broadcastTo(tensor.shape);
      return [name, tf.where(everywhere, first[name] as tf.Tensor, tensor)];
    }),
  );
}
