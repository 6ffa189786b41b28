import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalisedRows } from '../../../attack/rows.ts';
import { createRandom } from '../../../base/random.ts';
import { ndarray } from '../../../engine/arrays.ts';
import { batchDistances } from '../../../trainer/miners/index.ts';

const seed = fc.integer({ min: 0, max: 1e6 });

describe('batchDistances', () => {
  it('is what a loop over all pairs gives, for any number of rows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 11 }), fc.integer({ min: 1, max: 9 }), seed, (rows, dimension, from) => {
        const random = createRandom(from);
        const data = Float32Array.from({ length: rows * dimension }, () => random.normal());
        const embeddings = ndarray(data, [rows, dimension]);
        const unit = normalisedRows(data, rows, dimension);
        for (const metric of ['E', 'N', 'C'] as const) {
          const points = metric === 'E' ? data : unit;
          const at = (i: number, d: number): number => points[i * dimension + d] as number;
          const actual = batchDistances(embeddings, metric);
          for (let i = 0; i < rows; i++) {
            for (let j = 0; j < rows; j++) {
              let [square, product] = [0, 0];
              for (let d = 0; d < dimension; d++) {
                square += (at(i, d) - at(j, d)) ** 2;
                product += at(i, d) * at(j, d);
              }
              const expected = metric === 'C' ? 1 - product : Math.sqrt(square);
              expect(Math.abs((actual[i * rows + j] as number) - expected)).toBeLessThan(1e-7);
            }
          }
        }
      }),
      { seed: 1 },
    );
  });

  it('is exactly 0 on the diagonal, and in E between equal rows', () => {
    const random = createRandom('equal');
    const row = Array.from({ length: 7 }, () => random.normal());
    const distances = batchDistances(ndarray(Float32Array.from([...row, ...row, ...row]), [3, 7]), 'E');
    expect([...distances]).toEqual(new Array(9).fill(0));
  });

  it('is symmetric and never NaN, with near-duplicates too', () => {
    const row = [0.1, 0.2, 0.30000001];
    const embeddings = ndarray(Float32Array.from([...row, ...row, 0.1, 0.2, 0.3, 0, 0, 0]), [4, 3]);
    for (const metric of ['E', 'N', 'C'] as const) {
      const distances = batchDistances(embeddings, metric);
      expect([...distances].every(Number.isFinite)).toBe(true);
      for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) expect(distances[i * 4 + j]).toBe(distances[j * 4 + i]);
    }
  });

  it('does not depend on the length of the rows in N and C', () => {
    const one = ndarray(Float32Array.from([1, 2, 2, -1]), [2, 2]);
    const scaled = ndarray(Float32Array.from([4, 8, 1, -0.5]), [2, 2]);
    for (const metric of ['N', 'C'] as const)
      expect(batchDistances(scaled, metric)[1]).toBeCloseTo(batchDistances(one, metric)[1] as number, 12);
  });
});

describe('normalisedRows', () => {
  it('gives unit rows and leaves a zero row at zero', () => {
    expect(Array.from(normalisedRows([3, 4, 0, 0], 2, 2))).toEqual([0.6, 0.8, 0, 0]);
  });
});
