import type { Norm } from '../types.ts';
import { l2 } from './l2.ts';
import { linf } from './linf.ts';
import type { Constraint } from './types.ts';

/** All constraints by the name of their norm. */
export const constraints: Readonly<Record<Norm, Constraint>> = { linf, l2 };

export type { Constraint };
export { l2, linf };
