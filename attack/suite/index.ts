import { caMinus, caPlus } from './ca.ts';
import { es } from './es.ts';
import { gtm } from './gtm.ts';
import { gtt } from './gtt.ts';
import { ltm } from './ltm.ts';
import { qaMinus, qaPlus } from './qa.ts';
import { rk } from './rk.ts';
import { spqaMinus, spqaPlus } from './spqa.ts';
import { tma } from './tma.ts';
import type { RetrievalAttack } from './types.ts';

/** The attacks of the robustness scores, in their order; ES gives two of the ten measures. */
export const evaluationAttacks: readonly RetrievalAttack[] = [caPlus, caMinus, qaPlus, qaMinus, tma, es, ltm, gtm, gtt];

export { caMinus, caPlus, es, gtm, gtt, ltm, qaMinus, qaPlus, rk, spqaMinus, spqaPlus, tma };
