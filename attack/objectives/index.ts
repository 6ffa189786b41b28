/** What an attacker can want. */
export { caMinus, caPlus } from './ca.ts';
export { approach, recede } from './distance.ts';
export { es } from './es.ts';
export { gtm } from './gtm.ts';
export { ltm } from './ltm.ts';
export { qaMinus, qaPlus } from './qa.ts';
export { ranking } from './ranking.ts';
export { preservingWeight, spqaMinus, spqaPlus } from './spqa.ts';
export { tma } from './tma.ts';
