import { expect, it } from 'vitest';
import { productsOf } from '../../attack/products.ts';
import { createRandom } from '../../base/random.ts';

const random = createRandom('products');

it.each([1, 3, 4, 7, 128])('are those of every pair, in %s dimensions', (dimension) => {
  const vectors = Array.from({ length: 5 }, () => Float32Array.from({ length: dimension }, () => random.normal()));
  const products = productsOf(vectors);
  const exact = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  vectors.forEach((a, row) => {
    vectors.forEach((b, column) => {
      expect(products.at(row, column)).toBeCloseTo(exact(a, b), 10);
    });
  });
  const sums = new Float64Array(5);
  products.addRow(sums, 3, 2);
  products.addRow(sums, 1, -1);
  sums.forEach((sum, i) => {
    expect(sum).toBeCloseTo(2 * products.at(3, i) - products.at(1, i), 10);
  });
});
