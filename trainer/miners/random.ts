import type { Miner } from '../types.ts';
import { spc2Candidates } from './spc2.ts';

/** Any row of another class (specification of the method, section 3.1: `spc2-random`). */
export const random: Miner = {
  name: 'random',
  blind: true,
  candidates: (input) => spc2Candidates(input, undefined, ({ negatives }) => ({ negatives })),
};
