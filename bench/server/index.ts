import type { Part } from './bench.ts';
import { capacity } from './capacity.ts';
import { company } from './company.ts';
import { overhead } from './overhead.ts';
import { overload } from './overload.ts';
import { soak } from './soak.ts';
import { swaps } from './swaps.ts';

/** The parts of the bench, in their order: those that fill the gallery come last but one, and the flood after them. */
export const parts: Readonly<Record<string, Part>> = { overhead, swaps, soak, capacity, company, overload };
