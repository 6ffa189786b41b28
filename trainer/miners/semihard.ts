import type { Miner } from '../types.ts';
import { batchDistances } from './distances.ts';
import { semiHard, spc2Candidates } from './spc2.ts';

/** Rows of other classes that are farther than the positive by less than the margin (Schroff et al., 2015; `spc2-semihard`). */
export const semihard: Miner = {
  name: 'semihard',
  candidates: (input) =>
    spc2Candidates(input, batchDistances(input.embeddings, input.metric), (anchor) => semiHard(anchor, input.margin)),
};
