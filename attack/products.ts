type Vector = ArrayLike<number>;

/** The inner products of vectors of one length, each with each: row-major, symmetric, in double precision. */
export interface Products {
  at(row: number, column: number): number;
  /** Adds those of one vector with each, so many times, to `sums`. */
  addRow(sums: Float64Array, row: number, times: number): void;
}

/** Goes over each pair once, in one flat array. */
export function productsOf(vectors: readonly Vector[]): Products {
  const count = vectors.length;
  const dimension = vectors[0]?.length ?? 0;
  const flat = new Float64Array(count * dimension);
  vectors.forEach((vector, row) => {
    flat.set(vector, row * dimension);
  });
  const products = new Float64Array(count * count);
  for (let row = 0; row < count; row++) {
    for (let column = 0; column <= row; column++) {
      const sum = dotAt(flat, row * dimension, column * dimension, dimension);
      products[row * count + column] = sum;
      products[column * count + row] = sum;
    }
  }
  return {
    at: (row, column) => products[row * count + column] as number,
    addRow(sums, row, times) {
      for (let i = 0; i < count; i++) sums[i] = (sums[i] as number) + times * (products[row * count + i] as number);
    },
  };
}

/** Four sums at once: one alone waits for each addition to end before the next. */
function dotAt(flat: Float64Array, a: number, b: number, length: number): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < length; i += 4) {
    first += (flat[a + i] as number) * (flat[b + i] as number);
    second += (flat[a + i + 1] as number) * (flat[b + i + 1] as number);
    third += (flat[a + i + 2] as number) * (flat[b + i + 2] as number);
    fourth += (flat[a + i + 3] as number) * (flat[b + i + 3] as number);
  }
  for (; i < length; i++) first += (flat[a + i] as number) * (flat[b + i] as number);
  return first + second + third + fourth;
}
