import { first } from './choose.ts';
import { qaMinus } from './qa.ts';
import type { ProbeAttack } from './types.ts';

/** A candidate is still found among this many. */
const RETAINED = 4;

/** GTT: the query pushes away what it found first. Succeeds when that is not among the first four any more. */
export const gtt: ProbeAttack = {
  name: 'gtt',
  named: false,
  choose: first,
  constants: qaMinus.constants,
  succeeded: ({ after, candidate }) => !after.slice(0, RETAINED).some(({ id }) => id === candidate?.id),
};
