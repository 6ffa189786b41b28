import * as tf from '@tensorflow/tfjs';
import type { TripletLoss } from '../types.ts';
import { mean } from './reducers.ts';

/**
 * Each anchor has to find its positive among the positives of all triplets, and the other way round: the mean of both cross
 * entropies of the cosines, at temperature 1 (Oord et al., 2018; specification, section 3.3). Negatives do not take part.
 */
export const infonce: TripletLoss = {
  name: 'infonce',
  selection: 'triplets',
  margins: { E: 0, N: 0, C: 0 },
  metrics: ['N', 'C'],
  terms(anchors, positives) {
    const logits = tf.matMul(anchors, positives, false, true);
    const own = anchors.mul(positives).sum(1);
    const both = tf.logSumExp(logits, 1).add(tf.logSumExp(logits, 0)).div<tf.Tensor1D>(2);
    return [{ values: both.sub(own), reduce: mean }];
  },
};
