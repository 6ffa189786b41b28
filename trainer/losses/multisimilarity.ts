import * as tf from '@tensorflow/tfjs';
import type { GroupLoss } from '../types.ts';
import { anchorRows, logOnePlusSumExp } from './groups.ts';
import { mean } from './reducers.ts';

/** The weights of positives and negatives, and the cosine that parts them. */
const [POSITIVE, NEGATIVE, THRESHOLD] = [2, 40, 0.5];

/**
 * `ln(1 + sum exp(-2 (s - 0.5))) / 2` over the positives of an anchor and `ln(1 + sum exp(40 (s - 0.5))) / 40` over its
 * negatives, of cosines s (Wang et al., 2019; specification, section 3.3). An anchor without pairs adds nothing.
 */
export const multisimilarity: GroupLoss = {
  name: 'multisimilarity',
  selection: 'groups',
  margins: { E: 0, N: 0, C: 0 },
  metrics: ['N', 'C'],
  terms(embeddings, { positives, negatives }) {
    const beyond = tf.matMul(anchorRows(embeddings), embeddings, false, true).sub<tf.Tensor2D>(THRESHOLD);
    const near = logOnePlusSumExp(beyond.mul(-POSITIVE), positives).div<tf.Tensor1D>(POSITIVE);
    const far = logOnePlusSumExp(beyond.mul(NEGATIVE), negatives).div<tf.Tensor1D>(NEGATIVE);
    return [{ values: near.add(far), reduce: mean }];
  },
};
