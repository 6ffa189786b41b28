import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { distanceMatrix, rowDistance } from '../../attack/distances.ts';
import type { Metric } from '../../attack/types.ts';
import { expectNear } from './support/golden.ts';
import { differentiate, matrix } from './support/tensors.ts';

const metrics = ['E', 'N', 'C'] as const satisfies readonly Metric[];
const number = fc.double({ min: -2, max: 2, noNaN: true }).map(Math.fround);
const rows = (count: number) =>
  fc.array(fc.array(number, { minLength: 4, maxLength: 4 }), { minLength: count, maxLength: count });

/** The definitions, number by number. */
const naive: Readonly<Record<Metric, (x: readonly number[], y: readonly number[]) => number>> = {
  E: (x, y) => Math.hypot(...x.map((value, j) => value - (y[j] as number) + 1e-6)),
  N: (x, y) => naive.E(x, y),
  C: (x, y) => {
    const dot = x.reduce((sum, value, j) => sum + value * (y[j] as number), 0);
    return 1 - dot / (Math.max(Math.hypot(...x), 1e-8) * Math.max(Math.hypot(...y), 1e-8));
  },
};

describe('rowDistance', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it.each(metrics)('is the definition of %s for any rows', (metric) => {
    fc.assert(
      fc.property(rows(3), rows(3), (x, y) => {
        const expected = x.map((row, i) => naive[metric](row, y[i] as number[]));
        expectNear(rowDistance(matrix(x), matrix(y), metric).dataSync(), expected, { relative: 1e-5, absolute: 1e-5 });
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it('is 1e-6 sqrt(D) from a row to itself, with the gradient 1 / sqrt(D) in every component', () => {
    const row = [[0, 0, 0, 0]];
    const { values, gradients } = differentiate((given) => rowDistance(given, matrix(row), 'E'), [matrix(row)]);
    expect(values[0]).toBeCloseTo(2e-6, 9);
    for (const component of gradients[0] ?? []) expect(component).toBeCloseTo(0.5, 5);
  });

  it('is not symmetric: the offset is added to the signed difference', () => {
    const [zero, small] = [matrix([[0, 0]]), matrix([[1e-6, 1e-6]])];
    expect(rowDistance(zero, small, 'E').dataSync()[0]).toBe(0);
    expect(rowDistance(small, zero, 'E').dataSync()[0]).toBeGreaterThan(2e-6);
  });

  it('puts a zero row at cosine distance 1', () => {
    expect(rowDistance(matrix([[0, 0]]), matrix([[3, 4]]), 'C').dataSync()[0]).toBe(1);
  });
});

describe('distanceMatrix', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it.each(metrics)('holds the distance of each pair of rows in %s, without an offset', (metric) => {
    fc.assert(
      fc.property(rows(3), rows(2), (x, y) => {
        const actual = distanceMatrix(matrix(x), matrix(y), metric).dataSync();
        const dot = (a: readonly number[], b: readonly number[]): number =>
          a.reduce((s, v, j) => s + v * (b[j] as number), 0);
        const gap = (a: readonly number[], b: readonly number[]): number =>
          Math.hypot(...a.map((v, j) => v - (b[j] as number)));
        const expected = x.flatMap((a) => y.map((b) => (metric === 'C' ? 1 - dot(a, b) : gap(a, b))));
        // The matrix form loses half the digits where rows are close.
        expectNear(actual, expected, { relative: 1e-4, absolute: 3e-3 });
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it('has neither NaN nor a gradient between equal rows', () => {
    const x = matrix([
      [1, 0],
      [0, 1],
    ]);
    const { values, gradients } = differentiate((given) => distanceMatrix(given, matrix([[1, 0]]), 'N'), [x]);
    expect(values[0]).toBe(0);
    expect(gradients[0]?.slice(0, 2)).toEqual([0, 0]);
    expectNear(gradients[0]?.slice(2) ?? [], [-Math.SQRT1_2, Math.SQRT1_2], { relative: 1e-5, absolute: 0 });
  });

  it('has an exactly zero gradient between equal rows of any numbers', () => {
    fc.assert(
      fc.property(rows(4), (x) => {
        const diagonal = tf.eye(4) as tf.Tensor2D;
        const { gradients } = differentiate(
          (given) => distanceMatrix(given, matrix(x), 'E').mul(diagonal),
          [matrix(x)],
        );
        expect(gradients[0]?.every((value) => value === 0)).toBe(true);
      }),
      { numRuns: 40, seed: 1 },
    );
  });
});
