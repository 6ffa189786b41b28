import type { Metric, TripletLoss } from '../types.ts';
import { detached } from './detached.ts';
import { hinge } from './hinge.ts';
import { mean } from './reducers.ts';

/** The margins of the released code: `N` shares that of the cosine metric on purpose. */
export const TRIPLET_MARGIN: Readonly<Record<Metric, number>> = { E: 1, N: 0.2, C: 0.2 };

/**
 * `relu(d(a, p) - d(a, n) + margin)` for each triplet (specification of the method, section 3.2). With detached anchors, only
 * positives and negatives are moved by it (`ptripxa`).
 */
export function tripletLoss({ detachedAnchors }: { readonly detachedAnchors: boolean }): TripletLoss {
  return {
    name: detachedAnchors ? 'triplet-detached' : 'triplet',
    selection: 'triplets',
    margins: TRIPLET_MARGIN,
    metrics: ['E', 'N', 'C'],
    terms(anchors, positives, negatives, setting) {
      const from = detachedAnchors ? detached(anchors) : anchors;
      return [{ values: hinge([from, positives], [from, negatives], setting), reduce: mean }];
    },
  };
}

export const triplet = tripletLoss({ detachedAnchors: false });
export const detachedTriplet = tripletLoss({ detachedAnchors: true });
