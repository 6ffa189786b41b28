/** How fast calls are answered, for those that are told to come back. */
export interface Pace {
  /** Takes that so many were answered in a time. */
  took(count: number, milliseconds: number): void;
  /** Whole seconds in which so many more are answered as fast as the last ones; 1 to 60. */
  secondsFor(count: number): number;
}

/** What one answer counts in the mean. */
const SHARE = 0.1;
const MOST_SECONDS = 60;

/** A running mean of the time of an answer, in which the last ten count most. */
export function createPace(): Pace {
  let each: number | undefined;
  return {
    took(count, milliseconds) {
      const own = milliseconds / count;
      each = each === undefined ? own : each + (1 - (1 - SHARE) ** count) * (own - each);
    },
    secondsFor: (count) => Math.min(MOST_SECONDS, Math.max(1, Math.ceil((count * (each ?? 0)) / 1000))),
  };
}
