import type { Reducer } from '../types.ts';

/** The plain mean over all values. */
export const mean: Reducer = (values) => values.mean();
