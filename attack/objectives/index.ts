/** What an attacker can want. */
export { es } from './es.ts';
export { qaMinus, qaPlus } from './qa.ts';
export { ranking } from './ranking.ts';
