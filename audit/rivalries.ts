import { mean } from '../base/statistics.ts';
import type { Evidence, Rivalry } from './evidence.ts';

/** Rivalries of one kind, under the name that a reader knows. */
export interface Rival {
  readonly name: string;
  readonly rivalries: readonly Rivalry[];
}

/** The attacks that the white-box attack was held against. */
export function rivalsOf({ noise, square, nes, transfer }: Evidence): Rival[] {
  const rivals = [
    { name: 'Random noise', rivalries: noise },
    { name: 'Square', rivalries: square },
    { name: 'NES', rivalries: nes },
  ];
  return transfer === null
    ? rivals
    : [...rivals, { name: `Transfer from ${transfer.from}`, rivalries: transfer.rivalries }];
}

/** Two objectives that differ by less than this part are level: the same image costs as much by another program's rounding. */
const LEVEL = 1e-3;

/** Whether a rival's objective is lower than that of the attack with gradients by more than rounding, or the latter is no number. */
export function isLower(rival: number, white: number): boolean {
  if (!Number.isFinite(white)) return true;
  return rival < white - LEVEL * Math.max(Math.abs(white), Math.abs(rival));
}

export interface RivalFigures {
  /** Recall at 1 as shares; the lower, the stronger the attack. */
  readonly white: number;
  readonly rival: number;
  /** Share of the queries for which the rival's image has the lower objective, by more than rounding. */
  readonly rivalLower: number;
}

/** A rivalry in three figures. */
export function rivalFigures({ white, rival, whiteHits, rivalHits }: Rivalry): RivalFigures {
  const lower = white.map((value, i) => Number(isLower(rival[i] as number, value)));
  return { white: mean(whiteHits), rival: mean(rivalHits), rivalLower: mean(lower) };
}
