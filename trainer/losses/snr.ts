import type * as tf from '@tensorflow/tfjs';
import type { TripletLoss } from '../types.ts';
import { mean, positiveMean } from './reducers.ts';

const REGULARISATION = 0.005;
/** Below this a variance is that of a constant row: the quotient would be no number. */
const LEAST_VARIANCE = 1e-12;

/** Unbiased variance of each row over its dimensions. */
function variance(rows: tf.Tensor2D): tf.Tensor1D {
  return rows
    .sub(rows.mean(1, true))
    .square()
    .sum<tf.Tensor1D>(1)
    .div(Math.max(1, rows.shape[1] - 1));
}

/**
 * The triplet loss on signal-to-noise distances, `var(a - x) / var(a)`, over the triplets within the margin, and a pull of the
 * anchors' sums to zero (Yuan et al., 2019; specification, section 3.3). 0 where no triplet is; the released code has NaN there.
 */
export const snr: TripletLoss = {
  name: 'snr',
  selection: 'triplets',
  margins: { E: 0.2, N: 0.2, C: 0.2 },
  metrics: ['E', 'N'],
  terms(anchors, positives, negatives, { margin }) {
    const signal = variance(anchors).maximum(LEAST_VARIANCE);
    const near = variance(anchors.sub(positives)).div(signal);
    const far = variance(anchors.sub(negatives)).div(signal);
    return [
      { values: near.sub(far).add(margin).relu().as1D(), reduce: positiveMean },
      { values: anchors.sum<tf.Tensor1D>(1).abs().mul(REGULARISATION), reduce: mean },
    ];
  },
};
