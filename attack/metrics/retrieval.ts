import type { NdArray } from '../../engine/types.ts';
import { normalisedRows } from '../rows.ts';
import { batchMean } from './batch-mean.ts';
import { type RankedQuery, rankQuery } from './rank.ts';

/** Recall at 1 and 2 and mean average precision, over all positions and over the first ten, as shares in [0,1]. */
export interface RetrievalMetrics {
  readonly recallAt1: number;
  readonly recallAt2: number;
  readonly meanAveragePrecision: number;
  readonly meanAveragePrecisionAt10: number;
  /** Queries that counted: those whose class has another image. */
  readonly queries: number;
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

/**
 * Means over ranked queries; those without an image to find do not count.
 * @param batch with it, means of the means of so many queries at a time, as the released evaluation takes them.
 */
export function summarise(
  ranked: readonly (RankedQuery | undefined)[],
  batch = Math.max(1, ranked.length),
): RetrievalMetrics {
  const over = (value: (query: RankedQuery) => number): number =>
    batchMean(
      ranked.map((query) => (query === undefined ? Number.NaN : value(query))),
      batch,
    );
  return {
    recallAt1: over(({ rank }) => Number(rank < 1)),
    recallAt2: over(({ rank }) => Number(rank < 2)),
    meanAveragePrecision: over(({ averagePrecision }) => averagePrecision),
    meanAveragePrecisionAt10: over(({ averagePrecisionAt10 }) => averagePrecisionAt10),
    queries: ranked.filter((query) => query !== undefined).length,
  };
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
  const ranked = rows.map((row, i) => {
    const query = unitQueries.subarray(i * dimension, (i + 1) * dimension);
    return rankQuery(distancesOf(query, unitGallery, dimension), labels, labels[row] as number, row);
  });
  return summarise(ranked);
}
