import type { Random } from '../../base/random.ts';
import { quantile } from '../../base/statistics.ts';
import { countedMean } from './batch-mean.ts';

export interface BootstrapOptions {
  /** How often queries are drawn again; 1000 if left out. */
  readonly resamples?: number;
  /** Share of the draws that an interval holds; 0.95 if left out. */
  readonly level?: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Means over queries that are drawn again and again with replacement (Efron 1979), all columns by the same draws: what is
 * made of several means, as a score is, has an interval too. NaN does not count.
 * @param columns one value per query, all of the same length. @returns a list of `resamples` means for each column.
 * @throws RangeError for columns of different lengths.
 */
export function resampledMeans<K extends string>(
  columns: Readonly<Record<K, ArrayLike<number>>>,
  random: Random,
  { resamples = 1000 }: BootstrapOptions = {},
): Readonly<Record<K, Float64Array>> {
  // The keys of columns are those of the result; TypeScript widens them to any text.
  const names = Object.keys(columns) as K[];
  const count = names.length === 0 ? 0 : columns[names[0] as K].length;
  const odd = names.find((name) => columns[name].length !== count);
  if (odd !== undefined) throw new RangeError(`${columns[odd].length} values of ${odd}, not ${count}`);
  const drawn = new Int32Array(count);
  const means = names.map(() => new Float64Array(resamples));
  for (let resample = 0; resample < resamples; resample++) {
    for (let i = 0; i < count; i++) drawn[i] = random.integer(count);
    names.forEach((name, column) => {
      (means[column] as Float64Array)[resample] = meanOf(columns[name], drawn);
    });
  }
  return Object.fromEntries(names.map((name, column) => [name, means[column] as Float64Array])) as Record<
    K,
    Float64Array
  >;
}

function meanOf(values: ArrayLike<number>, rows: Int32Array): number {
  let [sum, counted] = [0, 0];
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i] as number] as number;
    if (Number.isNaN(value)) continue;
    sum += value;
    counted += 1;
  }
  return counted === 0 ? Number.NaN : sum / counted;
}

/** The middle `level` of draws: a percentile interval. Draws in which nothing counted are left out. */
export function interval(draws: ArrayLike<number>, { level = 0.95 }: BootstrapOptions = {}): Interval {
  const counted = Array.from(draws).filter((value) => !Number.isNaN(value));
  return { low: quantile(counted, (1 - level) / 2), high: quantile(counted, (1 + level) / 2) };
}

/** Mean over the queries that count, and its interval. */
export function bootstrapMean(
  values: ArrayLike<number>,
  random: Random,
  options: BootstrapOptions = {},
): Interval & { readonly mean: number } {
  const { values: draws } = resampledMeans({ values }, random, options);
  return { mean: countedMean(Array.from(values)), ...interval(draws, options) };
}

/**
 * Mean of `a - b`, query by query, its interval, and its significance: the share of draws, twice the smaller side, in which
 * the difference has no sign or the other one; at least 1 / resamples. Queries that do not count in both are left out.
 * @throws RangeError for lists of different lengths.
 */
export function bootstrapDifference(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  random: Random,
  options: BootstrapOptions = {},
): Interval & { readonly mean: number; readonly significance: number } {
  if (a.length !== b.length) throw new RangeError(`${a.length} values and ${b.length} cannot be paired`);
  const differences = Array.from(a, (value, i) => value - (b[i] as number));
  const { differences: draws } = resampledMeans({ differences }, random, options);
  return {
    mean: countedMean(differences),
    ...interval(draws, options),
    significance: significanceOf(draws),
  };
}

/** Two-sided, of draws of a difference: see `bootstrapDifference`. */
export function significanceOf(draws: ArrayLike<number>): number {
  const counted = Array.from(draws).filter((value) => !Number.isNaN(value));
  const atMost = counted.filter((value) => value <= 0).length;
  const atLeast = counted.filter((value) => value >= 0).length;
  return Math.min(1, Math.max(1, 2 * Math.min(atMost, atLeast)) / counted.length);
}
