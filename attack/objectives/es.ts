import type * as tf from '@tensorflow/tfjs';
import { rowDistance } from '../distances.ts';
import type { Constants, Objective } from '../types.ts';

/** Moves the clean embedding off the start, where the distance has no direction. */
const FIRST_STEP_OFFSET = 1e-7;

function offsetClean(constants: Constants): Constants {
  const { clean } = constants;
  if (clean === undefined) throw new RangeError('the constant "clean" is missing');
  return {
    ...constants,
    clean: { shape: clean.shape, data: Float32Array.from(clean.data, (v) => v + FIRST_STEP_OFFSET) },
  };
}

/**
 * ES, embedding shift: the embedding goes as far as it can from where it was (specification of the method, section 5).
 * Constant `clean`: N x D, the embeddings of the clean images.
 */
export const es: Objective = {
  name: 'es',
  evaluate: (embeddings, { clean }, metric) => rowDistance(embeddings, clean as tf.Tensor2D, metric).neg(),
  first: offsetClean,
};
