import type { Miner } from '../types.ts';
import { batchDistances } from './distances.ts';
import { semiHard, spc2Candidates } from './spc2.ts';

/** The margin of CA-TRIDE's gradual miner: 0.2 in the first epoch, falling towards 0.05. Epochs count from zero. */
export function gradualMargin(epoch: number, epochs: number): number {
  return 0.2 * (1 - epoch / (2 * epochs)) ** 2;
}

/** Semi-hard with a margin that shrinks as training goes on, whatever margin is passed (specification, section 3.1: `spc2-ghard`). */
export const ghard: Miner = {
  name: 'ghard',
  candidates: (input) => {
    const margin = gradualMargin(input.epoch, input.epochs);
    return spc2Candidates(input, batchDistances(input.embeddings, input.metric), (anchor) => semiHard(anchor, margin));
  },
};
