import { targetConstants } from '../../model/objectives.ts';
import { entered, median, there } from './choose.ts';
import type { ProbeAttack } from './types.ts';

/** TMA: the embedding takes the direction of a candidate's. Succeeds when that comes into the list. */
export const tma: ProbeAttack = {
  name: 'tma',
  named: true,
  choose: median,
  constants: (_scene, candidate) => targetConstants(there(candidate, 'there is no candidate').vector),
  succeeded: entered,
};
