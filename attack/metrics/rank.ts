const CUT = 10;

export interface RankedQuery {
  /** Position, from 0, of the first image of the query's class. */
  readonly rank: number;
  readonly averagePrecision: number;
  /** The same of the first ten positions alone, divided by ten however many images there are to find. */
  readonly averagePrecisionAt10: number;
}

/** Ranks one list of distances; `self` is left out. Ties go to the lower row. Undefined where no other image has the label. */
export function rankQuery(
  distances: ArrayLike<number>,
  labels: ArrayLike<number>,
  label: number,
  self: number,
): RankedQuery | undefined {
  const hits: number[] = [];
  for (let row = 0; row < distances.length; row++) if (row !== self && labels[row] === label) hits.push(row);
  if (hits.length === 0) return undefined;
  const isBefore = (a: number, b: number): boolean => {
    const difference = (distances[a] as number) - (distances[b] as number);
    return difference < 0 || (difference === 0 && a < b);
  };
  hits.sort((a, b) => (isBefore(a, b) ? -1 : 1));
  // Only the positions of the hits are needed: count the other rows between them, then add up.
  const between = new Int32Array(hits.length + 1);
  for (let row = 0; row < distances.length; row++) {
    if (row === self || labels[row] === label) continue;
    const at = firstIndex(hits.length, (i) => isBefore(row, hits[i] as number));
    between[at] = (between[at] as number) + 1;
  }
  let others = 0;
  let precision = 0;
  let early = 0;
  for (let i = 0; i < hits.length; i++) {
    others += between[i] as number;
    const found = (i + 1) / (i + 1 + others);
    precision += found;
    if (i + others < CUT) early += found;
  }
  return {
    rank: between[0] as number,
    averagePrecision: precision / hits.length,
    averagePrecisionAt10: early / CUT,
  };
}

/** The first of `count` indices for which a test that stays true once it is true holds; `count` when none does. */
function firstIndex(count: number, test: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
