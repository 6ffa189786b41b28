import * as tf from '@tensorflow/tfjs';
import { normalise } from '../../embedding/normalise.ts';
import type { GroupLoss } from '../types.ts';
import { anchorRows, lengthTerm, logOnePlusSumExp } from './groups.ts';
import { mean } from './reducers.ts';

/**
 * `ln(1 + sum exp(a . (n - p)))` over all negatives of an anchor at unit length, whose positive is the one that the mask has
 * (Sohn, 2016; specification, section 3.3), and the length of the rows. It has no margin.
 */
export const npair: GroupLoss = {
  name: 'npair',
  selection: 'groups',
  margins: { E: 0, N: 0, C: 0 },
  metrics: ['E', 'N', 'C'],
  terms(embeddings, { positives, negatives }) {
    const products = tf.matMul(normalise(anchorRows(embeddings)), embeddings, false, true);
    const own = products.mul(positives).sum(1, true);
    return [{ values: logOnePlusSumExp(products.sub(own), negatives), reduce: mean }, lengthTerm(embeddings)];
  },
};
