import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { distanceMatrix, rowDistance } from '../../attack/distances.ts';
import type { Metric } from '../../attack/types.ts';
import { normalise } from '../../embedding/normalise.ts';
import { expectNear, GRADIENTS, golden, type Matrix, VALUES, type Vector } from './support/golden.ts';
import { differentiate, matrix } from './support/tensors.ts';

interface Distances {
  readonly X: Matrix;
  readonly Y: Matrix;
  readonly normalize_X: Matrix;
  readonly rowwise: Readonly<Record<Metric, Vector>>;
  readonly rowwise_sum_grad_X: Readonly<Record<Metric, Matrix>>;
  readonly cdist_XY: Matrix;
  readonly cdist_nXnY: Matrix;
}

const reference = golden<Distances>('distances');
const metrics = ['E', 'N', 'C'] as const;

/** Row distance as the reference measures it: `N` normalises first, `C` does so itself. */
const measured =
  (metric: Metric) =>
  (x: tf.Tensor2D): tf.Tensor => {
    const y = matrix(reference.Y);
    return metric === 'N' ? rowDistance(normalise(x), normalise(y), 'N') : rowDistance(x, y, metric);
  };

describe('distances agree with the reference', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('normalised rows', () => {
    expectNear(normalise(matrix(reference.X)).dataSync(), reference.normalize_X);
  });

  it.each(metrics)('row by row in %s, with gradients', (metric) => {
    const { values, gradients } = differentiate(measured(metric), [matrix(reference.X)]);
    expectNear(values, reference.rowwise[metric]);
    expectNear(gradients[0] ?? [], reference.rowwise_sum_grad_X[metric], GRADIENTS);
  });

  // X[3] equals Y[3]: a matrix product leaves up to 3e-4 of rounding there, so that entry is held to 2e-3.
  it.each([
    ['raw', 'E', reference.cdist_XY],
    ['normalised', 'N', reference.cdist_nXnY],
  ] as const)('all pairs of %s rows', (_, metric, expected) => {
    const prepare = (rows: Matrix): tf.Tensor2D => (metric === 'N' ? normalise(matrix(rows)) : matrix(rows));
    const actual = distanceMatrix(prepare(reference.X), prepare(reference.Y), metric).dataSync();
    expected.forEach((row, i) => {
      const part = actual.subarray(i * row.length, (i + 1) * row.length);
      const zeros = row.map((value) => (Math.abs(value) < 1e-3 ? 1 : 0));
      const kept = (values: ArrayLike<number>): number[] =>
        row.flatMap((_value, j) => (zeros[j] ? [] : [values[j] as number]));
      expectNear(kept(part), kept(row), VALUES, `row ${i}`);
      row.forEach((value, j) => {
        if (zeros[j]) expect(Math.abs((part[j] as number) - value)).toBeLessThan(2e-3);
      });
    });
  });
});
