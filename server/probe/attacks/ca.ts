import { candidateConstants } from '../../model/objectives.ts';
import { entered, first, left, median, there } from './choose.ts';
import type { ProbeAttack } from './types.ts';

const common = {
  named: true,
  list: 'candidate',
  constants: ({ sample }, candidate) =>
    candidateConstants(
      there(candidate, 'there is no candidate').vector,
      sample.map(({ vector }) => vector),
    ),
} as const satisfies Partial<ProbeAttack>;

/** CA+: the picture, were it a record, climbs the list of another one as a query. Succeeds when it comes into that list. */
export const caPlus: ProbeAttack = { ...common, name: 'ca+', choose: median, succeeded: entered };

/** CA-: the picture leaves that list. */
export const caMinus: ProbeAttack = { ...common, name: 'ca-', choose: first, succeeded: left };
