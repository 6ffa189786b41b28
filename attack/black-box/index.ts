import { nes } from './nes.ts';
import { noise } from './noise.ts';
import { square } from './square.ts';
import type { BlackBoxAttack } from './types.ts';

/** The attacks that see no gradient, from the weakest on. */
export const blackBoxAttacks: readonly BlackBoxAttack[] = [noise, square, nes];

export type { BlackBoxAttack, BlackBoxBudget, BlackBoxResult, Score } from './types.ts';
export { nes, noise, square };
