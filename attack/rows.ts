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
