import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { caTrideLoss } from '../../trainer/defenses/ca-tride-objectives.ts';
import { collapseness, collapsenessOf, weightedMean } from '../../trainer/defenses/collapseness.ts';
import { sameClassMask } from '../../trainer/defenses/pretrain.ts';
import {
  batchCrossEntropy,
  nearestHalfMean,
  sumOfTerms,
  triplet,
  tripletRegulariser,
} from '../../trainer/losses/index.ts';
import { mean } from '../../trainer/losses/reducers.ts';
import { expectNear } from '../attack/support/golden.ts';
import { array, differentiate, matrix, toTensor } from '../attack/support/tensors.ts';

const distance = fc.double({ min: 0, max: 2, noNaN: true }).map(Math.fround);
const distances = fc.array(distance, { minLength: 1, maxLength: 9 });
const seed = fc.integer({ min: 0, max: 1e6 });
const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const lowest = (values: readonly number[]): number =>
  average([...values].sort((a, b) => a - b).slice(0, Math.floor(values.length / 2)));
const FLOAT = { relative: 1e-4, absolute: 1e-5 };

function unitRows(count: number, dimension: number, from: number | string): number[][] {
  const random = createRandom(from);
  return Array.from({ length: count }, () => {
    const row = Array.from({ length: dimension }, () => random.normal());
    return row.map((value) => value / Math.hypot(...row));
  });
}

describe('nearestHalfMean', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('is the mean of the smaller half, an odd one left out, and 0 of a single value', () => {
    fc.assert(
      fc.property(distances, (values) => {
        const expected = values.length < 2 ? 0 : lowest(values);
        expectNear(nearestHalfMean(tf.tensor1d(values)).dataSync(), expected, FLOAT);
      }),
      { seed: 1 },
    );
  });

  it('gives the chosen values an equal gradient and the others none', () => {
    const values = tf.tensor1d([0.9, 0.1, 0.5, 0.3, 0.7]);
    const gradient = tf
      .grad((x) => nearestHalfMean(x as tf.Tensor1D))(values)
      .dataSync();
    expect(Array.from(gradient)).toEqual([0, 0.5, 0, 0.5, 0]);
  });

  it('chooses no more than half among equal values', () => {
    const values = tf.tensor1d([0.25, 0.25, 0.25, 0.25]);
    const gradient = tf
      .grad((x) => nearestHalfMean(x as tf.Tensor1D))(values)
      .dataSync();
    expect([...gradient].filter((g) => g !== 0)).toEqual([0.5, 0.5]);
  });
});

describe('tripletRegulariser', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('is half the hinge between the nearer halves with the margin 0.04', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(distance, distance), { minLength: 2, maxLength: 9 }), (pairs) => {
        const [near, far] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
        const expected = 0.5 * Math.max(0, lowest(near) - lowest(far) + 0.04);
        expectNear(tripletRegulariser(tf.tensor1d(near), tf.tensor1d(far)).dataSync(), expected, FLOAT);
      }),
      { seed: 1 },
    );
  });

  it('is 0, not NaN, for a single triplet', () => {
    expect(tripletRegulariser(tf.tensor1d([1]), tf.tensor1d([0])).dataSync()[0]).toBe(0);
  });
});

describe('the loss of CA-TRIDE', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('is the mean triplet loss, and the regulariser where it is asked for', () => {
    const [a, p, n] = [1, 2, 3].map((from) => matrix(unitRows(5, 4, from))) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
    const plain = sumOfTerms(
      triplet.terms(a, p, n, { metric: 'N', margin: 0.2, parameters: {} }),
    ).dataSync()[0] as number;
    const loss = (regularised: boolean): number =>
      caTrideLoss(a, p, n, 'N', { margin: 0.2, regularised }).dataSync()[0] as number;
    expect(loss(false)).toBeCloseTo(plain, 6);
    expect(loss(true)).toBeGreaterThanOrEqual(loss(false));
  });

  it('is finite, with its gradient, for a single triplet', () => {
    const rows = [1, 2, 3].map((from) => matrix(unitRows(1, 4, from)));
    const loss = (...[a, p, n]: tf.Tensor2D[]): tf.Tensor =>
      caTrideLoss(a as tf.Tensor2D, p as tf.Tensor2D, n as tf.Tensor2D, 'N', { margin: 0.2, regularised: true });
    const { values, gradients } = differentiate(loss, rows);
    expect([...values, ...gradients.flat()].every(Number.isFinite)).toBe(true);
  });
});

describe('the collapseness', () => {
  beforeAll(() => tf.setBackend('cpu'));

  const lambda = fc.double({ min: 0, max: 12, noNaN: true });

  it('weighs by exp(+-lambda d)', () => {
    fc.assert(
      fc.property(distances, lambda, fc.constantFrom('+' as const, '-' as const), (values, sharpness, sign) => {
        const weights = values.map((value) => Math.exp((sign === '+' ? 1 : -1) * sharpness * value));
        const total = weights.reduce((a, b) => a + b, 0);
        const expected = values.reduce((sum, value, i) => sum + (value * (weights[i] as number)) / total, 0);
        expectNear(weightedMean(tf.tensor1d(values), sharpness, sign).dataSync(), expected, FLOAT);
      }),
      { seed: 1 },
    );
  });

  it('does not overflow for sharp weights and far points', () => {
    for (const sign of ['+', '-'] as const)
      expect(weightedMean(tf.tensor1d([0, 50, 100]), 10, sign).dataSync()[0]).toBeCloseTo(sign === '+' ? 100 : 0, 5);
  });

  it('lies between the nearest and the farthest pair: `+` above the mean, `-` below', () => {
    fc.assert(
      fc.property(distances, (values) => {
        const at = (sign: '+' | '-'): number => weightedMean(tf.tensor1d(values), 5, sign).dataSync()[0] as number;
        expect(at('-')).toBeLessThanOrEqual(average(values) + 1e-5);
        expect(at('+')).toBeGreaterThanOrEqual(average(values) - 1e-5);
        expect(at('+')).toBeLessThanOrEqual(Math.max(...values) + 1e-5);
        expect(at('-')).toBeGreaterThanOrEqual(Math.min(...values) - 1e-5);
      }),
      { seed: 1 },
    );
  });

  it('in plain arithmetic is what the tensors give', () => {
    const rows = unitRows(6, 5, 'plain');
    const triplets = { anchors: [0, 2, 4], positives: [1, 3, 5], negatives: [4, 5, 1] };
    const gaps = (list: readonly number[]): number[] =>
      triplets.anchors.map((a, k) => Math.hypot(...(rows[a] ?? []).map((v, d) => v - (rows[list[k] ?? 0]?.[d] ?? 0))));
    for (const weightSign of ['+', '-'] as const) {
      const [near, far] = [gaps(triplets.positives), gaps(triplets.negatives)];
      const expected = collapseness(tf.tensor1d(near), tf.tensor1d(far), 4, weightSign).value.dataSync();
      expectNear([collapsenessOf(array(rows), triplets, 'N', { lambda: 4, weightSign })], Array.from(expected), FLOAT);
    }
  });
});

describe('the cross entropy of a batch', () => {
  beforeAll(() => tf.setBackend('cpu'));

  const naive = (a: number[][], p: number[][], labels: readonly number[]): number[] => {
    const logit = (i: number, j: number): number =>
      12 * (a[i] ?? []).reduce((sum, v, d) => sum + v * (p[j]?.[d] ?? 0), 0);
    const counts = (i: number, j: number): boolean => i === j || labels[i] !== labels[j];
    return a.map((_, i) => {
      const at = a.map((_row, j) => j).filter((j) => counts(i, j));
      const logs = [at.map((j) => logit(i, j)), at.map((j) => logit(j, i))];
      const entropies = logs.map((row) => Math.log(row.reduce((sum, v) => sum + Math.exp(v), 0)) - logit(i, i));
      return average(entropies);
    });
  };

  const mask = (labels: readonly number[]): tf.Tensor2D =>
    toTensor(sameClassMask(labels.flatMap((label) => [label, label])));

  it('is that of anchors among positives and positives among anchors, pairs of one class left out', () => {
    fc.assert(
      fc.property(seed, fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 6 }), (from, labels) => {
        const [a, p] = [unitRows(labels.length, 5, from), unitRows(labels.length, 5, from + 1)];
        const values = batchCrossEntropy(matrix(a), matrix(p), mask(labels)).dataSync();
        expectNear(values, naive(a, p, labels), { relative: 1e-4, absolute: 1e-5 });
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it('gives no gradient to a pair of the same class and its anchor', () => {
    const [a, p] = [unitRows(3, 4, 'a'), unitRows(3, 4, 'p')];
    const moved = p.map((row, i) => (i === 1 ? (unitRows(1, 4, 'x')[0] ?? row) : row));
    const first = (positives: number[][]): number =>
      batchCrossEntropy(matrix(a), matrix(positives), mask([0, 0, 1])).dataSync()[0] as number;
    expect(first(moved)).toBe(first(p));
  });

  it('is 0 where a batch holds one class: nothing can be confused', () => {
    const rows = matrix(unitRows(4, 3, 1));
    expectNear(batchCrossEntropy(rows, rows, mask([2, 2, 2, 2])).dataSync(), [0, 0, 0, 0], {
      relative: 0,
      absolute: 1e-5,
    });
  });

  it('falls when anchors and positives agree', () => {
    const [a, p] = [matrix(unitRows(4, 6, 1)), matrix(unitRows(4, 6, 2))];
    const total = (x: tf.Tensor2D, y: tf.Tensor2D): number =>
      mean(batchCrossEntropy(x, y, mask([0, 1, 2, 3]))).dataSync()[0] as number;
    expect(total(a, a)).toBeLessThan(total(a, p));
  });
});
