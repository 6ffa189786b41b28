import type { Metric } from '../attack/types.ts';
import type { NdArray } from '../engine/types.ts';

/** Rows at unit length; a zero row stays zero. */
export function normalisedRows(data: ArrayLike<number>, rows: number, dimension: number): Float64Array {
  const result = new Float64Array(rows * dimension);
  for (let i = 0; i < rows; i++) {
    let square = 0;
    for (let d = 0; d < dimension; d++) square += (data[i * dimension + d] as number) ** 2;
    const norm = Math.max(Math.sqrt(square), 1e-12);
    for (let d = 0; d < dimension; d++) result[i * dimension + d] = (data[i * dimension + d] as number) / norm;
  }
  return result;
}

/** Embeddings (rows x dimension) at unit length. */
export function unitRows(embeddings: NdArray): NdArray {
  const [rows = 0, dimension = 0] = embeddings.shape;
  return { shape: embeddings.shape, data: Float32Array.from(normalisedRows(embeddings.data, rows, dimension)) };
}

/** Euclidean distance of row `i` of `a` to row `j` of `b`. */
export function distanceOfRows(
  a: ArrayLike<number>,
  i: number,
  b: ArrayLike<number>,
  j: number,
  dimension: number,
): number {
  let sum = 0;
  for (let d = 0; d < dimension; d++) sum += ((a[i * dimension + d] as number) - (b[j * dimension + d] as number)) ** 2;
  return Math.sqrt(sum);
}

/**
 * Distances of the rows `from` to the rows `to` of one array, pair by pair: Euclidean for `E` and `N`, `1 - cos` for `C`.
 * Rows are unit rows where the metric is `N` or `C`.
 */
export function rowDistances(
  { data, shape }: NdArray,
  from: readonly number[],
  to: readonly number[],
  metric: Metric,
): number[] {
  const dimension = shape[1] ?? 0;
  return from.map((row, k) => {
    const distance = distanceOfRows(data, row, data, to[k] as number, dimension);
    return metric === 'C' ? distance ** 2 / 2 : distance;
  });
}

/**
 * How far N rows lie apart, from their mean row m and mean square length q alone: the mean square distance of two different
 * rows is `2 N / (N - 1) (q - |m|^2)`, their variance, over the dimensions, `(q - |m|^2) / D`.
 */
export function spreadOf({ data, shape }: NdArray): { readonly meanDistance: number; readonly variance: number } {
  const [rows = 0, dimension = 0] = shape;
  const sums = new Float64Array(dimension);
  let squares = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    sums[i % dimension] = (sums[i % dimension] as number) + value;
    squares += value ** 2;
  }
  const centre = sums.reduce((total, sum) => total + (sum / rows) ** 2, 0);
  const total = Math.max(0, squares / rows - centre);
  return { meanDistance: Math.sqrt(((2 * rows) / Math.max(1, rows - 1)) * total), variance: total / dimension };
}
