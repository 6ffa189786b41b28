import type * as tf from '@tensorflow/tfjs';
import { withoutGradient } from '../stop-gradient.ts';
import type { Objective } from '../types.ts';
import { qaMinus, qaPlus } from './qa.ts';

const LARGEST_WEIGHT = 1e9;

/**
 * How much the images that ought to stay on top weigh: `min(exp(sharpness loss), 1e9)`, without a gradient (specification
 * of the method, section 5). Sharpness 0 weighs them like the candidates.
 */
export function preservingWeight(loss: tf.Tensor, sharpness: tf.Tensor): tf.Tensor {
  return withoutGradient((value) => value.mul(sharpness).minimum(Math.log(LARGEST_WEIGHT)).exp(), loss);
}

/** A query attack that keeps `preserved` (N x G x D) on top; the weight is one for the whole batch, so images are coupled. */
function preserving(name: string, attack: Objective): Objective {
  return {
    name,
    evaluate(embeddings, { preserved, sharpness, ...constants }, metric) {
      const kept = qaPlus.evaluate(embeddings, { ...constants, candidates: preserved as tf.Tensor }, metric);
      const weight = preservingWeight(kept.mean(), sharpness as tf.Tensor);
      return attack.evaluate(embeddings, constants, metric).add(kept.mul(weight)) as tf.Tensor1D;
    },
  };
}

/** SPQA+: QA+ that preserves semantics. Constants as for QA+, `preserved` N x G x D and the scalar `sharpness`. */
export const spqaPlus: Objective = preserving('spqa+', qaPlus);

/** SPQA-: the same for QA-. */
export const spqaMinus: Objective = preserving('spqa-', qaMinus);
