import { median } from '../../base/statistics.ts';

/** Ranks from 0; equal values share the mean of theirs. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number));
  const result = new Array<number>(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to++;
    for (let i = from; i < to; i++) result[order[i] as number] = (from + to - 1) / 2;
    from = to;
  }
  return result;
}

/** Spearman's rank correlation: Pearson's of the ranks. NaN where one list is constant. */
export function spearman(a: readonly number[], b: readonly number[]): number {
  const centre = (a.length - 1) / 2;
  const [x, y] = [ranks(a), ranks(b)].map((list) => list.map((rank) => rank - centre)) as [number[], number[]];
  const dot = (p: number[], q: number[]): number => p.reduce((sum, value, i) => sum + value * (q[i] as number), 0);
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}

/** The median of estimate over truth; pairs without a truth above 0 are left out. */
export function medianRatio(estimates: readonly number[], truths: readonly number[]): number {
  return median(
    estimates.flatMap((estimate, i) => ((truths[i] as number) > 0 ? [estimate / (truths[i] as number)] : [])),
  );
}

/** Spearman's correlation of the results at each place, over the queries, and the median of those: rows are queries. */
export function withinPlaces(
  estimates: readonly (readonly number[])[],
  truths: readonly (readonly number[])[],
): { readonly places: readonly number[]; readonly median: number } {
  const at = (rows: readonly (readonly number[])[], place: number): number[] => rows.map((row) => row[place] as number);
  const places = (truths[0] ?? []).map((_, place) => spearman(at(estimates, place), at(truths, place)));
  return { places, median: median(places) };
}
