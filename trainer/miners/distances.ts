import type { NdArray } from '../../engine/types.ts';
import { normalisedRows } from '../rows.ts';
import type { Metric } from '../types.ts';

/**
 * All distances between the rows of a batch, as the miners of the released code work them out, clamped at zero where rounding
 * would give a root of a negative number. Rows x rows, row-major; symmetric, exactly 0 on the diagonal and, in `E`, between
 * equal rows.
 */
export function batchDistances(embeddings: NdArray, metric: Metric): Float64Array {
  const [rows = 0, dimension = 0] = embeddings.shape;
  const data = metric === 'E' ? Float64Array.from(embeddings.data) : normalisedRows(embeddings.data, rows, dimension);
  const result = products(data, rows, dimension);
  const squares = Float64Array.from({ length: rows }, (_, i) => result[i * rows + i] as number);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      const product = result[i * rows + j] as number;
      const square = (squares[i] as number) + (squares[j] as number) - 2 * product;
      const distance = i === j ? 0 : metric === 'C' ? Math.max(0, 1 - product) : Math.sqrt(Math.max(0, square));
      result[i * rows + j] = distance;
      result[j * rows + i] = distance;
    }
  }
  return result;
}

/**
 * The products of all rows, in the lower triangle and a little beyond it. Two rows by four at a time: each number that is read
 * serves several products, and reading is what takes the time. All sums run in one order, so that equal rows give equal sums.
 */
function products(data: Float64Array, rows: number, dimension: number): Float64Array {
  const result = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i += 2) {
    // Past the end the last row is taken once more, and written to where it belongs.
    const i1 = Math.min(i + 1, rows - 1);
    for (let j = 0; j <= i1; j += 4) {
      const [j1, j2, j3] = [Math.min(j + 1, rows - 1), Math.min(j + 2, rows - 1), Math.min(j + 3, rows - 1)];
      tile(data, dimension, result, rows, i, i1, j, j1, j2, j3);
    }
  }
  return result;
}

function tile(
  data: Float64Array,
  dimension: number,
  result: Float64Array,
  rows: number,
  a: number,
  b: number,
  p: number,
  q: number,
  r: number,
  s: number,
): void {
  const [a0, b0, p0, q0, r0, s0] = [
    a * dimension,
    b * dimension,
    p * dimension,
    q * dimension,
    r * dimension,
    s * dimension,
  ];
  let [ap, aq, ar, as, bp, bq, br, bs] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let d = 0; d < dimension; d++) {
    const x = data[a0 + d] as number;
    const y = data[b0 + d] as number;
    const vp = data[p0 + d] as number;
    const vq = data[q0 + d] as number;
    const vr = data[r0 + d] as number;
    const vs = data[s0 + d] as number;
    ap += x * vp;
    aq += x * vq;
    ar += x * vr;
    as += x * vs;
    bp += y * vp;
    bq += y * vq;
    br += y * vr;
    bs += y * vs;
  }
  result[a * rows + p] = ap;
  result[a * rows + q] = aq;
  result[a * rows + r] = ar;
  result[a * rows + s] = as;
  result[b * rows + p] = bp;
  result[b * rows + q] = bq;
  result[b * rows + r] = br;
  result[b * rows + s] = bs;
}
