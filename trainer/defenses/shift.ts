import type * as tf from '@tensorflow/tfjs';
import { rowDistance } from '../../attack/distances.ts';
import type { Objective } from '../../attack/types.ts';
import type { Random } from '../../base/random.ts';
import { normalise } from '../../embedding/normalise.ts';
import { zeros } from '../../engine/arrays.ts';
import type { NdArray } from '../../engine/types.ts';
import type { Compared } from './attack.ts';

/** What the clean embeddings are moved by in the first step, where the distance has no direction. */
const NOISE = 1e-7;

/**
 * The embedding goes as far as it can from where it was. Constants `clean`, the raw embeddings of the same images before, and
 * `offset`, what is added to them once they are normalised: N x D each.
 */
export const shift: Objective = {
  name: 'shift',
  evaluate(embeddings, { clean, offset }, metric) {
    // Normalised here, by the same arithmetic as the images', so that the first difference is the offset and no rounding.
    const rows = metric === 'E' ? (clean as tf.Tensor2D) : normalise(clean as tf.Tensor2D);
    return rowDistance(embeddings, rows.add(offset as tf.Tensor2D), metric).neg();
  },
  first: (constants) => constants,
};

/** What `shift` compares with: -1, 0 or 1 times 1e-7 off in each place in the first step (specification, section 4). */
export function shiftFrom(raw: NdArray, random: Random): Compared {
  const draws = random.fork('shift');
  const offset = { shape: raw.shape, data: Float32Array.from(raw.data, () => NOISE * (draws.integer(3) - 1)) };
  return { constants: { clean: raw, offset: zeros(raw.shape) }, first: { clean: raw, offset } };
}
