import type { NdArray } from '../../engine/types.ts';
import { normalisedRows } from '../rows.ts';

/** Recall at 1 and 2 and mean average precision, as shares in [0,1]. */
export interface RetrievalMetrics {
  readonly recallAt1: number;
  readonly recallAt2: number;
  readonly meanAveragePrecision: number;
  /** Queries that counted: those whose class has another image. */
  readonly queries: number;
}

export interface RankedQuery {
  /** Position, from 0, of the first image of the query's class. */
  readonly rank: number;
  readonly averagePrecision: number;
}

/** Distances of a query row to all gallery rows, squared Euclidean on unit rows, which ranks as the cosine does. */
function distancesOf(query: Float64Array, gallery: Float64Array, dimension: number): Float64Array {
  const rows = gallery.length / dimension;
  const result = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    const from = row * dimension;
    for (let d = 0; d < dimension; d++) sum += ((query[d] as number) - (gallery[from + d] as number)) ** 2;
    result[row] = sum;
  }
  return result;
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
  for (let i = 0; i < hits.length; i++) {
    others += between[i] as number;
    precision += (i + 1) / (i + 1 + others);
  }
  return { rank: between[0] as number, averagePrecision: precision / hits.length };
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

/**
 * Retrieval metrics of queries against a gallery (specification, section 6, with the query itself left out by its row).
 * @param queries Q x D and @param gallery G x D, raw. @param rows the gallery row that each query is.
 */
export function retrieval(
  queries: NdArray,
  gallery: NdArray,
  labels: ArrayLike<number>,
  rows: readonly number[],
): RetrievalMetrics {
  const dimension = gallery.shape[1] ?? 0;
  const unitQueries = normalisedRows(queries.data, rows.length, dimension);
  const unitGallery = normalisedRows(gallery.data, gallery.shape[0] ?? 0, dimension);
  const ranked = rows.flatMap((row, i) => {
    const query = unitQueries.subarray(i * dimension, (i + 1) * dimension);
    const result = rankQuery(distancesOf(query, unitGallery, dimension), labels, labels[row] as number, row);
    return result === undefined ? [] : [result];
  });
  const share = (test: (query: RankedQuery) => boolean): number => ranked.filter(test).length / ranked.length;
  return {
    recallAt1: share(({ rank }) => rank < 1),
    recallAt2: share(({ rank }) => rank < 2),
    meanAveragePrecision: ranked.reduce((sum, query) => sum + query.averagePrecision, 0) / ranked.length,
    queries: ranked.length,
  };
}

/** For each query, the nearest gallery row of its class (itself left out) and the nearest of another class. */
export function nearestRows(
  gallery: NdArray,
  labels: ArrayLike<number>,
  rows: readonly number[],
): { readonly same: number[]; readonly other: number[] } {
  const dimension = gallery.shape[1] ?? 0;
  const unit = normalisedRows(gallery.data, gallery.shape[0] ?? 0, dimension);
  const nearest = (row: number, wanted: (other: number) => boolean): number => {
    const distances = distancesOf(unit.subarray(row * dimension, (row + 1) * dimension), unit, dimension);
    let best = -1;
    distances.forEach((distance, other) => {
      if (other !== row && wanted(other) && (best < 0 || distance < (distances[best] as number))) best = other;
    });
    return best < 0 ? row : best;
  };
  return {
    same: rows.map((row) => nearest(row, (other) => labels[other] === labels[row])),
    other: rows.map((row) => nearest(row, (other) => labels[other] !== labels[row])),
  };
}
