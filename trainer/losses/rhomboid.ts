import { HoldfastError } from '../../base/errors.ts';
import type { TripletLoss } from '../types.ts';
import { hinge } from './hinge.ts';
import { mean } from './reducers.ts';
import { TRIPLET_MARGIN } from './triplet.ts';

/**
 * The triplet loss from both ends: the negative is an anchor too, its partner in the batch its positive and the anchor its
 * negative (specification, section 3.3).
 */
export const rhomboid: TripletLoss = {
  name: 'rhomboid',
  selection: 'triplets',
  further: ['partners'],
  margins: TRIPLET_MARGIN,
  metrics: ['E', 'N', 'C'],
  terms(anchors, positives, negatives, setting, { partners } = {}) {
    if (partners === undefined) {
      throw new HoldfastError('OPTION_INVALID', 'the rhomboid loss needs the partners of the negatives');
    }
    return [
      { values: hinge([anchors, positives], [anchors, negatives], setting), reduce: mean },
      { values: hinge([negatives, partners], [negatives, anchors], setting), reduce: mean },
    ];
  },
};
