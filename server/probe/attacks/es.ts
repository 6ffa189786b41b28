import { shiftConstants } from '../../model/objectives.ts';
import type { ProbeAttack } from './types.ts';

/** ES: the embedding goes as far as it can from where it was. Succeeds when another record is found first. */
export const es: ProbeAttack = {
  name: 'es',
  named: false,
  choose: () => undefined,
  constants: ({ query }) => shiftConstants(query),
  succeeded: ({ before, after }) => before[0]?.id !== after[0]?.id,
};
