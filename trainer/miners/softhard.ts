import type { Miner } from '../types.ts';
import { batchDistances } from './distances.ts';
import { spc2Candidates } from './spc2.ts';

/**
 * Negatives nearer than the farthest row of the anchor's class, and positives farther than the nearest row of another (Xuan et
 * al., 2020; specification, section 3.1: `spc2-softhard`). Where no positive is, all rows of the class are, the anchor included.
 */
export const softhard: Miner = {
  name: 'softhard',
  candidates: (input) =>
    spc2Candidates(input, batchDistances(input.embeddings, input.metric), ({ same, negatives, distanceTo }) => {
      const farthest = Math.max(...same.map(distanceTo));
      const nearest = Math.min(...negatives.map(distanceTo));
      const far = same.filter((row) => distanceTo(row) > nearest);
      return {
        negatives: negatives.filter((row) => distanceTo(row) < farthest),
        positives: far.length > 0 ? far : same,
      };
    }),
};
