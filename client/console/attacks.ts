import type { AttackName } from '../sdk/index.ts';

/** The attacks that the page offers, as the server knows them. */
export const attackNames = [
  'es',
  'qa+',
  'qa-',
  'tma',
  'ltm',
  'gtm',
  'gtt',
  'ca+',
  'ca-',
] as const satisfies readonly AttackName[];

/** An attack as the literature writes it: `QA−`. */
export function signOf(attack: AttackName): string {
  return attack.toUpperCase().replace('-', '−');
}
