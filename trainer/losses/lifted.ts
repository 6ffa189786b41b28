import * as tf from '@tensorflow/tfjs';
import { distanceMatrix } from '../../attack/distances.ts';
import type { GroupLoss } from '../types.ts';
import { anchorRows, lengthTerm, masked } from './groups.ts';
import { mean } from './reducers.ts';
import { TRIPLET_MARGIN } from './triplet.ts';

/**
 * The generalised lifted structure loss: `relu(lse d(a, p) + lse(margin - d(a, n)))` over all positives and all negatives of an
 * anchor (Hermans et al., 2017; specification, section 3.3), and the length of the rows.
 */
export const lifted: GroupLoss = {
  name: 'lifted',
  selection: 'groups',
  margins: TRIPLET_MARGIN,
  metrics: ['E', 'N', 'C'],
  terms(embeddings, { positives, negatives }, { metric, margin }) {
    const distances = distanceMatrix(anchorRows(embeddings), embeddings, metric);
    const near = tf.logSumExp(masked(distances, positives), 1);
    const far = tf.logSumExp(masked(tf.sub(margin, distances), negatives), 1);
    return [{ values: near.add<tf.Tensor1D>(far).relu(), reduce: mean }, lengthTerm(embeddings)];
  },
};
