import { normalisedRows } from '../../attack/rows.ts';
import type { NdArray } from '../../engine/types.ts';
import type { Metric } from '../types.ts';

/**
 * All distances between the rows of a batch, as the miners of the released code work them out, clamped at zero where rounding
 * would give a root of a negative number. Rows x rows, row-major.
 */
export function batchDistances(embeddings: NdArray, metric: Metric): Float64Array {
  const [rows = 0, dimension = 0] = embeddings.shape;
  const data = metric === 'E' ? Float64Array.from(embeddings.data) : normalisedRows(embeddings.data, rows, dimension);
  const products = (i: number, j: number): number => {
    let sum = 0;
    for (let d = 0; d < dimension; d++)
      sum += (data[i * dimension + d] as number) * (data[j * dimension + d] as number);
    return sum;
  };
  const squares = Float64Array.from({ length: rows }, (_, i) => products(i, i));
  const result = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = i + 1; j < rows; j++) {
      const product = products(i, j);
      const square = (squares[i] as number) + (squares[j] as number) - 2 * product;
      const distance = metric === 'C' ? 1 - product : Math.sqrt(Math.max(0, square));
      result[i * rows + j] = distance;
      result[j * rows + i] = distance;
    }
  }
  return result;
}
