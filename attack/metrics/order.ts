/** No row. */
export const NONE = -1;

/** The nearest row that is accepted, ties to the lower one. NONE where there is none. */
export function nearestWhere(distances: ArrayLike<number>, accepts: (row: number) => boolean): number {
  let best = NONE;
  let least = Number.POSITIVE_INFINITY;
  for (let row = 0; row < distances.length; row++) {
    const distance = distances[row] as number;
    if (distance < least && accepts(row)) {
      best = row;
      least = distance;
    }
  }
  return best;
}

/** The nearest row, ties to the lower one; `excluded` is left out. NONE where there is no other. */
export function nearest(distances: ArrayLike<number>, excluded = NONE): number {
  return nearestWhere(distances, (row) => row !== excluded);
}

/** The `count` nearest rows in order, ties to the lower one; `excluded` is left out. */
export function nearestFew(distances: ArrayLike<number>, count: number, excluded = NONE): number[] {
  const rows: number[] = [];
  for (let row = 0; row < distances.length; row++) {
    const distance = distances[row] as number;
    const last = rows.length < count ? Number.POSITIVE_INFINITY : (distances[rows[count - 1] as number] as number);
    if (row === excluded || !(distance < last)) continue;
    let at = Math.min(rows.length, count - 1);
    for (; at > 0 && distance < (distances[rows[at - 1] as number] as number); at--) rows[at] = rows[at - 1] as number;
    rows[at] = row;
  }
  return rows;
}

/** Position of a row, from 0, when all are sorted by distance, ties to the lower row. */
export function positionOf(distances: ArrayLike<number>, row: number): number {
  const own = distances[row] as number;
  let before = 0;
  for (let other = 0; other < distances.length; other++) {
    const distance = distances[other] as number;
    if (distance < own || (distance === own && other < row)) before += 1;
  }
  return before;
}
