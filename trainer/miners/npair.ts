import type { Miner } from '../types.ts';
import { random } from './random.ts';

/** The anchor's own positive against every row of other classes (Sohn, 2016; specification, section 3.1: `spc2-npair`). */
export const npair: Miner = { name: 'npair', blind: true, candidates: random.candidates };
