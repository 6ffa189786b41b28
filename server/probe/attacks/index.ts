import type { AttackName } from '../../model/types.ts';
import { caMinus, caPlus } from './ca.ts';
import { es } from './es.ts';
import { gtm } from './gtm.ts';
import { gtt } from './gtt.ts';
import { ltm } from './ltm.ts';
import { qaMinus, qaPlus } from './qa.ts';
import { tma } from './tma.ts';
import type { ProbeAttack } from './types.ts';

export type { Candidate, Outcome, ProbeAttack, Scene, Standing } from './types.ts';

/** The attacks of a probe by their names. */
export const probeAttacks: Readonly<Record<AttackName, ProbeAttack>> = {
  ...{ es, 'qa+': qaPlus, 'qa-': qaMinus, 'ca+': caPlus, 'ca-': caMinus },
  ...{ tma, ltm, gtm, gtt },
};
