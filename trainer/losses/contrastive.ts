import * as tf from '@tensorflow/tfjs';
import { rowDistance } from '../../attack/distances.ts';
import type { TripletLoss } from '../types.ts';
import { mean, positiveMean } from './reducers.ts';

/**
 * `d(a, p)`, and `relu(margin - d(a, n))` of the negatives within the margin; in `C` `relu(cos(a, n) - margin)` (Hadsell et al.,
 * 2006; specification, section 3.3). The released margin of `C`, a cosine of 1, leaves nothing to push negatives away.
 */
export const contrastive: TripletLoss = {
  name: 'contrastive',
  selection: 'triplets',
  margins: { E: 1, N: 1, C: 1 },
  metrics: ['E', 'N', 'C'],
  terms(anchors, positives, negatives, { metric, margin }) {
    const near = { values: rowDistance(anchors, positives, metric), reduce: mean };
    const far = rowDistance(anchors, negatives, metric);
    if (metric !== 'C') return [near, { values: tf.sub<tf.Tensor1D>(margin, far).relu(), reduce: positiveMean }];
    return [near, { values: tf.sub<tf.Tensor1D>(1 - margin, far).relu(), reduce: mean }];
  },
};
