import { expect, it } from 'vitest';
import { productsOf } from '../../attack/products.ts';
import { createRandom } from '../../base/random.ts';

const random = createRandom('products');

it.each([
  [1, 5],
  [3, 4],
  [4, 1],
  [7, 2],
  [128, 31],
])('are those of every pair, in %s dimensions, of %s vectors', (dimension, count) => {
  const vectors = Array.from({ length: count }, () => Float32Array.from({ length: dimension }, () => random.normal()));
  const { flat, stride } = productsOf(vectors);
  const exact = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  vectors.forEach((a, row) => {
    vectors.forEach((b, column) => {
      expect(flat[row * stride + column]).toBeCloseTo(exact(a, b), 10);
    });
  });
});

it('are the same number for equal vectors, wherever they stand', () => {
  const vector = Float32Array.from({ length: 33 }, () => random.normal());
  const other = Float32Array.from({ length: 33 }, () => random.normal());
  const { flat, stride } = productsOf([other, vector, vector, vector]);
  expect(new Set([1, 2, 3].map((row) => flat[row])).size).toBe(1);
  expect(new Set([1, 2, 3].flatMap((a) => [1, 2, 3].map((b) => flat[a * stride + b]))).size).toBe(1);
});
