/** A point of a receiver operating characteristic: shares of the innocent and of the attacked that lie above some bound. */
export interface RocPoint {
  readonly falsePositives: number;
  readonly truePositives: number;
}

/** The corners of the curve, from (0, 0) to (1, 1); equal values are passed together. */
export function rocOf(innocent: readonly number[], attacked: readonly number[]): RocPoint[] {
  const all = [
    ...innocent.map((value) => ({ value, attack: false })),
    ...attacked.map((value) => ({ value, attack: true })),
  ].sort((a, b) => b.value - a.value);
  const points: RocPoint[] = [{ falsePositives: 0, truePositives: 0 }];
  let [wrong, right] = [0, 0];
  all.forEach(({ value, attack }, i) => {
    if (attack) right += 1;
    else wrong += 1;
    if (all[i + 1]?.value === value) return;
    points.push({ falsePositives: wrong / innocent.length, truePositives: right / attacked.length });
  });
  return points;
}

/** The area under the curve: how often an attacked query has the greater value than an innocent one, ties counting half. */
export function areaUnder(points: readonly RocPoint[]): number {
  let area = 0;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1] as RocPoint, points[i] as RocPoint];
    area += ((b.falsePositives - a.falsePositives) * (a.truePositives + b.truePositives)) / 2;
  }
  return area;
}

/** The most true positives at no more false positives than this. */
export function truePositivesAt(points: readonly RocPoint[], falsePositives: number): number {
  return Math.max(...points.map((point) => (point.falsePositives <= falsePositives ? point.truePositives : 0)));
}
