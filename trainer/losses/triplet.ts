import { rowDistance } from '../../attack/distances.ts';
import type { Metric, TripletLoss } from '../types.ts';

/** The margins of the released code: `N` shares that of the cosine metric on purpose. */
export const TRIPLET_MARGIN: Readonly<Record<Metric, number>> = { E: 1, N: 0.2, C: 0.2 };

/** `relu(d(a, p) - d(a, n) + margin)` for each triplet (specification of the method, section 3.2). */
export const triplet: TripletLoss = {
  name: 'triplet',
  evaluate: (anchors, positives, negatives, metric, margin) =>
    rowDistance(anchors, positives, metric)
      .sub(rowDistance(anchors, negatives, metric))
      .add(margin)
      .relu(),
};
