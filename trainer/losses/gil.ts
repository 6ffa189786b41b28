import type * as tf from '@tensorflow/tfjs';
import { rowDistance } from '../../attack/distances.ts';
import type { TripletLoss } from '../types.ts';
import { detached } from './detached.ts';
import { mean } from './reducers.ts';

/** Negatives nearer than this weigh no more: the cube of the distance of equal pictures is no number to divide by. */
const NEAREST = 0.01;

/** `x . (x / 2 - y) + 1` by rows: its gradient with respect to x is x - y. */
function pull(x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor1D {
  return x.mul(x.div(2).sub(y)).sum<tf.Tensor1D>(1).add(1);
}

/**
 * A loss made for its gradient: positives are pulled in proportion to their distance, negatives pushed by the inverse of its cube
 * (specification, section 3.3). The mean over both kinds, so that each counts by half. It has no margin.
 */
export const gil: TripletLoss = {
  name: 'gil',
  selection: 'triplets',
  margins: { E: 0, N: 0, C: 0 },
  metrics: ['E', 'N', 'C'],
  terms(anchors, positives, negatives, { metric }) {
    const near = detached(rowDistance(anchors, positives, metric));
    const far = detached(rowDistance(anchors, negatives, metric)).maximum(NEAREST);
    const push = negatives
      .mul(anchors.sub(negatives.div(2)))
      .sum<tf.Tensor1D>(1)
      .add(1);
    return [
      { values: pull(positives, anchors).mul<tf.Tensor1D>(near).div(2), reduce: mean },
      { values: push.div<tf.Tensor1D>(far.pow(3)).div(2), reduce: mean },
    ];
  },
};
