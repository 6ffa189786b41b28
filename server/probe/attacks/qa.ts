import { queryConstants } from '../../model/objectives.ts';
import { entered, first, left, median, there } from './choose.ts';
import type { ProbeAttack } from './types.ts';

const constants: ProbeAttack['constants'] = ({ sample }, candidate) =>
  queryConstants(
    there(candidate, 'there is no candidate').vector,
    sample.map(({ vector }) => vector),
  );

/** QA+: the query draws a candidate near. Succeeds when it comes into the list. */
export const qaPlus: ProbeAttack = { name: 'qa+', named: true, choose: median, constants, succeeded: entered };

/** QA-: the query pushes a candidate away. Succeeds when it leaves the list. */
export const qaMinus: ProbeAttack = { name: 'qa-', named: true, choose: first, constants, succeeded: left };
