type Vector = ArrayLike<number>;

/** The inner products of vectors of one length, each with each, in double precision. */
export interface Products {
  /** stride x stride, row-major, symmetric; what lies beyond the vectors is zero. */
  readonly flat: Float64Array;
  readonly stride: number;
}

/** Goes over each pair once, in squares of two vectors by two, of which each number is read half as often. */
export function productsOf(vectors: readonly Vector[]): Products {
  const dimension = vectors[0]?.length ?? 0;
  const stride = vectors.length + (vectors.length % 2);
  const rows = new Float64Array(stride * dimension);
  vectors.forEach((vector, row) => {
    rows.set(vector, row * dimension);
  });
  const flat = new Float64Array(stride * stride);
  for (let row = 0; row < stride; row += 2) {
    for (let column = 0; column <= row; column += 2) fillSquare(flat, stride, row, column, rows, dimension);
  }
  return { flat, stride };
}

/** The products of two vectors with two others, on both sides of the diagonal. */
function fillSquare(
  flat: Float64Array,
  stride: number,
  row: number,
  column: number,
  rows: Float64Array,
  dimension: number,
): void {
  const [a, b] = [row * dimension, column * dimension];
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let i = 0; i < dimension; i++) {
    const upper = rows[a + i] as number;
    const lower = rows[a + dimension + i] as number;
    const left = rows[b + i] as number;
    const right = rows[b + dimension + i] as number;
    first += upper * left;
    second += upper * right;
    third += lower * left;
    fourth += lower * right;
  }
  flat[row * stride + column] = first;
  flat[row * stride + column + 1] = second;
  flat[(row + 1) * stride + column] = third;
  flat[(row + 1) * stride + column + 1] = fourth;
  flat[column * stride + row] = first;
  flat[(column + 1) * stride + row] = second;
  flat[column * stride + row + 1] = third;
  flat[(column + 1) * stride + row + 1] = fourth;
}
