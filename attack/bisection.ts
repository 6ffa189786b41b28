/** The state of a search for the smallest epsilon that an attack succeeds with, in 1/255. */
export interface Trial {
  /** The greatest that failed. */
  readonly low: number;
  /** The smallest that succeeded; 255 before any did. */
  readonly high: number;
  /** The one that is tried. */
  readonly epsilon: number;
  /** Steps taken with it. */
  readonly step: number;
  readonly open: boolean;
}

const MOST = 255;
const FIRST = 0.5;

/** Close enough: within 5 %, or a twentieth of a level where that is more. */
export const tolerance = (high: number): number => Math.max(0.05, 0.05 * high);

/** @param guess where to begin. A closed trial only fills a place. */
export function openTrial(guess: number, open = true): Trial {
  return { low: 0, high: MOST, epsilon: Math.min(MOST, Math.max(FIRST, guess)), step: 0, open };
}

/** After a success or a failure: doubles until one succeeds, then takes the geometric mean of both ends. */
export function nextTrial({ low, high, epsilon }: Trial, succeeded: boolean): Trial {
  const below = succeeded ? low : epsilon;
  const above = succeeded ? epsilon : high;
  if (above - below <= tolerance(above) || below >= MOST)
    return { low: below, high: above, epsilon, step: 0, open: false };
  const open = { low: below, high: above, step: 0, open: true };
  if (above === MOST && !succeeded && high === MOST) return { ...open, epsilon: Math.min(MOST, 2 * epsilon) };
  if (below === 0) return { ...open, epsilon: above / 2 };
  return { ...open, epsilon: Math.sqrt(below * above) };
}

/**
 * The smallest whole number of levels, 1 to `most`, that an attack succeeds with; null where it fails with `most`. Asks `bisectionTrials` times at
 * the most, and takes what succeeds to succeed with more as well.
 */
export async function smallestLevel(
  most: number,
  succeeds: (level: number) => Promise<boolean>,
): Promise<number | null> {
  if (!(await succeeds(most))) return null;
  let [low, high] = [0, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await succeeds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** How often `smallestLevel` asks at the most. */
export function bisectionTrials(most: number): number {
  return 1 + Math.ceil(Math.log2(most));
}
