import { rowDistance } from '../../attack/distances.ts';
import { HoldfastError } from '../../base/errors.ts';
import type { TripletLoss } from '../types.ts';
import { positiveMean } from './reducers.ts';

/**
 * Positives are to be nearer than a learnt boundary beta, negatives farther, by a margin each; pairs that are, do not count
 * (Wu et al., 2017; specification, section 3.3).
 */
export const margin: TripletLoss = {
  name: 'margin',
  selection: 'triplets',
  margins: { E: 0.2, N: 0.2, C: 0.2 },
  metrics: ['E', 'N', 'C'],
  parameters: { beta: { initial: 0.6, rate: 5e-4 } },
  terms(anchors, positives, negatives, { metric, margin: width, parameters }) {
    const { beta } = parameters;
    if (beta === undefined) throw new HoldfastError('OPTION_INVALID', 'the margin loss needs its parameter "beta"');
    const near = rowDistance(anchors, positives, metric).sub(beta).add(width).relu();
    const far = beta
      .sub(rowDistance(anchors, negatives, metric))
      .add(width)
      .relu();
    return [
      { values: near.as1D(), reduce: positiveMean },
      { values: far.as1D(), reduce: positiveMean },
    ];
  },
};
