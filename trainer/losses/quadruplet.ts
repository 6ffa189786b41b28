import { HoldfastError } from '../../base/errors.ts';
import type { TripletLoss } from '../types.ts';
import { hinge } from './hinge.ts';
import { mean } from './reducers.ts';
import { TRIPLET_MARGIN } from './triplet.ts';

/** The second margin is this share of the first. */
const SECOND = 0.5;

/**
 * The triplet loss, and the same with half the margin against the distance of the negative and a second one of another class
 * (Chen et al., 2017; specification, section 3.3).
 */
export const quadruplet: TripletLoss = {
  name: 'quadruplet',
  selection: 'triplets',
  further: ['secondNegatives'],
  margins: TRIPLET_MARGIN,
  metrics: ['E', 'N', 'C'],
  terms(anchors, positives, negatives, setting, { secondNegatives } = {}) {
    if (secondNegatives === undefined) {
      throw new HoldfastError('OPTION_INVALID', 'the quadruplet loss needs second negatives');
    }
    const half = { ...setting, margin: setting.margin * SECOND };
    return [
      { values: hinge([anchors, positives], [anchors, negatives], setting), reduce: mean },
      { values: hinge([anchors, positives], [negatives, secondNegatives], half), reduce: mean },
    ];
  },
};
