import type { NdArray } from '../../engine/types.ts';
import { normalisedRows } from '../miners/distances.ts';

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
  // Only the positions of the hits are needed: count what lies before each.
  hits.sort((a, b) => (distances[a] as number) - (distances[b] as number) || a - b);
  const before = hits.map(() => 0);
  for (let row = 0; row < distances.length; row++) {
    if (row === self) continue;
    const distance = distances[row] as number;
    for (let i = hits.length - 1; i >= 0; i--) {
      const hit = hits[i] as number;
      const limit = distances[hit] as number;
      if (row !== hit && (distance < limit || (distance === limit && row < hit))) before[i] = (before[i] as number) + 1;
      else if (distance > limit) break;
    }
  }
  const precision = before.reduce((sum, position, i) => sum + (i + 1) / (position + 1), 0) / hits.length;
  return { rank: before[0] as number, averagePrecision: precision };
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
