import type { Miner } from '../types.ts';
import { spc2Candidates } from './spc2.ts';

/** Any row of another class (specification of the method, section 3.1). */
export const spc2Random: Miner = {
  name: 'spc2-random',
  candidates: (input) => spc2Candidates(input, undefined, ({ negatives }) => negatives),
};
