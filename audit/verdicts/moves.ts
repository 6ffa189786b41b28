import type { SampleScores } from '../evidence.ts';

/** Points of ERS or ARS that a stronger attack may move a score by. One query of 64 moves them by a fifth of that. */
export const POINT = 1;

/** The score that moves most from one way of attacking to another. */
export interface Move {
  readonly name: 'ERS' | 'ARS';
  readonly before: number;
  readonly after: number;
  /** Points; negative where it falls. */
  readonly by: number;
}

/** @param size how much of a move counts. */
export function largestMove(before: SampleScores, after: SampleScores, size: (by: number) => number): Move {
  const ers: Move = { name: 'ERS', before: before.ers, after: after.ers, by: after.ers - before.ers };
  const ars: Move = { name: 'ARS', before: before.ars, after: after.ars, by: after.ars - before.ars };
  return size(ars.by) > size(ers.by) || Number.isNaN(ars.by) ? ars : ers;
}

/** "ERS of the sample goes from 40.1 to 39.8": the report shows that of all queries beside it. */
export function inWords({ name, before, after }: Move): string {
  return `${name} of the sample goes from ${before.toFixed(1)} to ${after.toFixed(1)}`;
}
