import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { es, qaMinus, qaPlus, ranking } from '../../attack/objectives/index.ts';
import type { Objective } from '../../attack/types.ts';
import { createRandom } from '../../base/random.ts';
import { ndarray } from '../../engine/arrays.ts';
import type { NdArray } from '../../engine/types.ts';
import { expectNear } from './support/golden.ts';
import { array, evaluateObjective } from './support/tensors.ts';

/** Unit rows from a seed. */
function unitRows(count: number, dimension: number, seed: number): NdArray {
  const random = createRandom(seed);
  const rows = Array.from({ length: count }, () => {
    const row = Array.from({ length: dimension }, () => random.normal());
    return row.map((value) => value / Math.hypot(...row));
  });
  return ndarray(Float32Array.from(rows.flat()), [count, dimension]);
}

const rowOf = ({ data, shape: [, width = 0] }: NdArray, row: number): number[] =>
  Array.from(data.subarray(row * width, (row + 1) * width));
const gap = (a: readonly number[], b: readonly number[], offset = 0): number =>
  Math.hypot(...a.map((value, j) => value - (b[j] as number) + offset));
const seed = fc.integer({ min: 0, max: 1e6 });
const FLOAT = { relative: 1e-4, absolute: 1e-5 };

describe('the query attacks', () => {
  beforeAll(() => tf.setBackend('cpu'));

  const naive = (q: NdArray, candidates: NdArray, gallery: NdArray, sign: 1 | -1): number[] =>
    Array.from({ length: q.shape[0] ?? 0 }, (_, i) => {
      const terms: number[] = [];
      for (let c = 0; c < (candidates.shape[0] ?? 0); c++)
        for (let x = 0; x < (gallery.shape[0] ?? 0); x++) {
          const order = gap(rowOf(q, i), rowOf(candidates, c)) - gap(rowOf(q, i), rowOf(gallery, x));
          terms.push(Math.max(0, sign * order));
        }
      return terms.reduce((a, b) => a + b, 0) / terms.length;
    });

  it.each([
    ['QA+', qaPlus, 1],
    ['QA-', qaMinus, -1],
  ] as const)('%s is the mean hinge over candidates and gallery, for each image', (_, objective, sign) => {
    fc.assert(
      fc.property(seed, (s) => {
        const [q, candidates, gallery] = [unitRows(3, 6, s), unitRows(2, 6, s + 1), unitRows(9, 6, s + 2)];
        const { values } = evaluateObjective(objective, q, { candidates, gallery });
        expectNear(values, naive(q, candidates, gallery, sign), FLOAT);
      }),
      { numRuns: 20 },
    );
  });

  it('stand still, gradient exactly zero, once the candidate ranks first or last', () => {
    const q = array([[1, 0, 0]]);
    const [near, far] = [array([[0.8, 0.6, 0]]), array([[-1, 0, 0]])];
    const gallery = array([
      [0, 1, 0],
      [0, 0, 1],
      [-0.6, 0.8, 0],
    ]);
    const raised = evaluateObjective(qaPlus, q, { candidates: near, gallery });
    const sunk = evaluateObjective(qaMinus, q, { candidates: far, gallery });
    for (const { values, gradient } of [raised, sunk]) {
      expect(values).toEqual([0]);
      expect(gradient.every((g) => g === 0)).toBe(true);
    }
  });

  it('have finite gradients when the query itself is in the gallery', () => {
    const gallery = unitRows(20, 8, 3);
    const q = ndarray(Float32Array.from(rowOf(gallery, 4)), [1, 8]);
    for (const objective of [qaPlus, qaMinus]) {
      const { gradient } = evaluateObjective(objective, q, { candidates: unitRows(1, 8, 5), gallery });
      expect(gradient.every(Number.isFinite)).toBe(true);
    }
  });
});

describe('the embedding shift', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('is minus the distance from the clean embedding, for each image', () => {
    const [now, clean] = [unitRows(4, 6, 1), unitRows(4, 6, 2)];
    const expected = [0, 1, 2, 3].map((i) => -gap(rowOf(now, i), rowOf(clean, i), 1e-6));
    expectNear(evaluateObjective(es, now, { clean }).values, expected, FLOAT);
  });

  it('begins with a clean embedding 1e-7 off, so that there is a direction to go', () => {
    const clean = array([[0.1, -0.1, 0]]);
    const first = es.first?.({ clean }).clean;
    expectNear(first?.data ?? [], [0.1 + 1e-7, -0.1 + 1e-7, 1e-7], { relative: 0, absolute: 1e-8 });
    expect(clean.data[2]).toBe(0);
    const { gradient } = evaluateObjective(es, clean, { clean: first ?? clean });
    expect(gradient.every((g) => Math.abs(g) > 0.1)).toBe(true);
  });

  it('names a missing constant', () => {
    expect(() => es.first?.({})).toThrow(/clean/);
  });
});

describe('the ranking attack', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('is the distance to the other class less the distance to the own', () => {
    const [now, same, other] = [unitRows(3, 5, 1), unitRows(3, 5, 2), unitRows(3, 5, 3)];
    const expected = [0, 1, 2].map(
      (i) => gap(rowOf(now, i), rowOf(other, i), 1e-6) - gap(rowOf(now, i), rowOf(same, i), 1e-6),
    );
    expectNear(evaluateObjective(ranking, now, { same, other }).values, expected, FLOAT);
  });

  it('falls when the embedding follows its gradient, and the ranking turns', () => {
    const [same, other] = [array([[1, 0]]), array([[0, 1]])];
    let now = array([[0.9, 0.3]]);
    const values: number[] = [];
    for (let step = 0; step < 20; step++) {
      const { values: found, gradient } = evaluateObjective(ranking, now, { same, other });
      values.push(found[0] as number);
      now = ndarray(now.data.map((v, j) => (v as number) - 0.05 * (gradient[j] as number)) as Float32Array, [1, 2]);
    }
    expect(values[0]).toBeGreaterThan(0);
    expect(values.at(-1)).toBeLessThan(0);
    expect([...values].sort((a, b) => b - a)).toEqual(values);
  });
});

describe('every objective', () => {
  beforeAll(() => tf.setBackend('cpu'));

  const objectives: readonly Objective[] = [es, qaPlus, qaMinus, ranking];
  const rows = unitRows(3, 6, 11);
  const constants = {
    clean: unitRows(3, 6, 12),
    same: unitRows(3, 6, 13),
    other: unitRows(3, 6, 14),
    candidates: unitRows(2, 6, 15),
    gallery: unitRows(7, 6, 16),
  };

  it.each(objectives)('$name: images do not influence each other', (objective) => {
    const { values, gradient } = evaluateObjective(objective, rows, constants);
    const moved = ndarray(Float32Array.from(rows.data), rows.shape);
    moved.data.set(rowOf(unitRows(1, 6, 17), 0), 12);
    const after = evaluateObjective(objective, moved, constants);
    expect(after.values.slice(0, 2)).toEqual(values.slice(0, 2));
    expect(after.gradient.slice(0, 12)).toEqual(gradient.slice(0, 12));
  });

  it.each(objectives)('$name: the gradient is that of finite differences', (objective) => {
    const { gradient } = evaluateObjective(objective, rows, constants);
    const total = (at: number, by: number): number => {
      const data = Float32Array.from(rows.data);
      data[at] = (data[at] as number) + by;
      return evaluateObjective(objective, ndarray(data, rows.shape), constants).values.reduce((a, b) => a + b, 0);
    };
    const differences = [0, 3, 7, 11, 14, 17].map((at) => (total(at, 4e-3) - total(at, -4e-3)) / 8e-3);
    expectNear(
      [0, 3, 7, 11, 14, 17].map((at) => gradient[at] as number),
      differences,
      { relative: 0.02, absolute: 2e-3 },
    );
  });

  it('has a name of its own', () => {
    expect(new Set(objectives.map(({ name }) => name)).size).toBe(objectives.length);
  });
});
