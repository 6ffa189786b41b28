import { HoldfastError } from '../../base/errors.ts';
import type { Miner, Reading } from '../types.ts';
import { batchDistances } from './distances.ts';
import { type Choice, spc2Candidates } from './spc2.ts';

/** Distances up to here count as none: rounding leaves as much between equal pictures. */
const NONE = 1e-7;

/**
 * The nearest row of another class that is not the same picture; of equally near ones the first (specification, section 3.1:
 * `spc2-hard`). The released code stops with an error at a batch of one class; corrected, all rows are candidates there.
 * @throws HoldfastError OPTION_INVALID in the released reading, for such a batch
 */
export function hardMiner(reading: Reading): Miner {
  return {
    name: 'hard',
    candidates(input) {
      const distances = batchDistances(input.embeddings, input.metric);
      const candidates = spc2Candidates(input, distances, ({ negatives, distanceTo }) =>
        nearest(negatives, distanceTo),
      );
      if (reading === 'released' && candidates.alone?.includes(true)) {
        throw new HoldfastError('OPTION_INVALID', 'the hard miner as released cannot mine a batch of one class');
      }
      return candidates;
    },
  };
}

function nearest(negatives: readonly number[], distanceTo: (row: number) => number): Choice {
  let [best, least] = [-1, Number.POSITIVE_INFINITY];
  for (const row of negatives) {
    const distance = distanceTo(row);
    if (distance > NONE && distance < least) [best, least] = [row, distance];
  }
  return { negatives: best < 0 ? [] : [best] };
}
