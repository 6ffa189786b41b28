/** How the learning rate goes within a stage, after a warm-up. */
export const SCHEDULES = ['constant', 'cosine'] as const;

export type Schedule = (typeof SCHEDULES)[number];

/** What the learning rate of a stage follows from. */
export interface RatePlan {
  /** The largest. */
  readonly rate: number;
  readonly schedule: Schedule;
  /** Updates over which the rate grows linearly to its value before it follows the schedule. */
  readonly warmup: number;
}

/**
 * Learning rate at a share of a stage's updates, 0 <= share < 1. The cosine runs over what the warm-up leaves.
 * @param updates of the whole stage.
 */
export function rateAt({ rate, schedule, warmup }: RatePlan, share: number, updates: number): number {
  const warm = Math.min(1, warmup / updates);
  if (share < warm) return rate * Math.min(1, (share * updates + 1) / warmup);
  if (schedule === 'constant') return rate;
  const after = warm === 0 ? share : (share - warm) / (1 - warm);
  return rate * 0.5 * (1 + Math.cos(Math.PI * after));
}
