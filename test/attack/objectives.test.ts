import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  approach,
  caMinus,
  caPlus,
  es,
  gtm,
  ltm,
  preservingWeight,
  qaMinus,
  qaPlus,
  ranking,
  recede,
  spqaMinus,
  spqaPlus,
  tma,
} from '../../attack/objectives/index.ts';
import type { Objective } from '../../attack/types.ts';
import { createRandom } from '../../base/random.ts';
import { ndarray, scalar, takeRows } from '../../engine/arrays.ts';
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
      { numRuns: 20, seed: 1 },
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

/** N lists of M rows from one array, each image with its own. */
const grouped = ({ data, shape: [rows = 0, width = 0] }: NdArray, count: number): NdArray => ({
  data,
  shape: [rows / count, count, width],
});
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('candidates of each image', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it.each([
    ['QA+', qaPlus],
    ['QA-', qaMinus],
  ] as const)('%s takes them as it takes shared ones', (_, objective) => {
    const [q, candidates, gallery] = [unitRows(3, 6, 1), unitRows(6, 6, 2), unitRows(9, 6, 3)];
    const each = [0, 1, 2].map((i) => {
      const own = takeRows(candidates, [2 * i, 2 * i + 1]);
      return evaluateObjective(objective, takeRows(q, [i]), { candidates: own, gallery }).values[0] as number;
    });
    const { values } = evaluateObjective(objective, q, { candidates: grouped(candidates, 2), gallery });
    expectNear(values, each, FLOAT);
  });

  it('CA is the mean hinge on the lists of the targets', () => {
    fc.assert(
      fc.property(seed, (s) => {
        const [c, targets, gallery] = [unitRows(2, 5, s), unitRows(4, 5, s + 1), unitRows(7, 5, s + 2)];
        const naive = (sign: 1 | -1): number[] =>
          [0, 1].map((i) =>
            mean(
              [2 * i, 2 * i + 1].flatMap((q) =>
                Array.from({ length: 7 }, (_, x) => {
                  const order = gap(rowOf(c, i), rowOf(targets, q)) - gap(rowOf(gallery, x), rowOf(targets, q));
                  return Math.max(0, sign * order);
                }),
              ),
            ),
          );
        const constants = { targets: grouped(targets, 2), gallery };
        expectNear(evaluateObjective(caPlus, c, constants).values, naive(1), FLOAT);
        expectNear(evaluateObjective(caMinus, c, constants).values, naive(-1), FLOAT);
      }),
      { numRuns: 20, seed: 1 },
    );
  });
});

describe('learning to misrank', () => {
  beforeAll(() => tf.setBackend('cpu'));

  const labels = (values: readonly number[]): NdArray => ndarray(Int32Array.from(values), [values.length]);

  it.each(['E', 'N', 'C'] as const)('is farthest of the others less nearest of the own in %s', (metric) => {
    fc.assert(
      fc.property(seed, (s) => {
        const [q, gallery] = [unitRows(3, 5, s), unitRows(12, 5, s + 1)];
        const own = [0, 1, 2];
        const distance = (a: readonly number[], b: readonly number[]): number =>
          metric === 'C' ? gap(a, b) ** 2 / 2 : gap(a, b);
        const naive = own.map((i) => {
          const all = Array.from({ length: 12 }, (_, x) => distance(rowOf(q, i), rowOf(gallery, x)));
          const far = Math.max(...all.filter((_, x) => x % 3 !== i));
          const near = Math.min(...all.filter((_, x) => x % 3 === i && x !== i));
          return Math.max(0, far - near);
        });
        const constants = {
          gallery,
          galleryLabels: labels(Array.from({ length: 12 }, (_, x) => x % 3)),
          labels: labels(own),
          excluded: labels(own),
        };
        expectNear(evaluateObjective(ltm, q, constants, metric).values, naive, FLOAT);
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  it('lets the image match itself when nothing is excluded, and then has no gradient towards it', () => {
    const gallery = unitRows(4, 3, 2);
    const constants = { gallery, galleryLabels: labels([0, 0, 1, 1]), labels: labels([0]), excluded: labels([-1]) };
    const { values, gradient } = evaluateObjective(ltm, takeRows(gallery, [0]), constants);
    const [a, b] = [2, 3].map((row) => gap(rowOf(gallery, 0), rowOf(gallery, row))) as [number, number];
    expectNear(values, [Math.max(a, b)], FLOAT);
    const far = rowOf(gallery, a > b ? 2 : 3);
    expectNear(
      gradient,
      rowOf(gallery, 0).map((v, j) => (v - (far[j] as number)) / Math.max(a, b)),
      FLOAT,
    );
  });
});

describe('a query attack that preserves semantics', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it.each([
    ['SPQA+', spqaPlus, qaPlus],
    ['SPQA-', spqaMinus, qaMinus],
  ] as const)('%s is the attack and, with a weight, QA+ on what is preserved', (_, objective, attack) => {
    const [q, gallery] = [unitRows(2, 5, 1), unitRows(9, 5, 2)];
    const [candidates, preserved] = [grouped(unitRows(2, 5, 3), 1), grouped(unitRows(6, 5, 4), 3)];
    const plain = evaluateObjective(attack, q, { candidates, gallery }).values;
    const kept = evaluateObjective(qaPlus, q, { candidates: preserved, gallery }).values;
    for (const sharpness of [0, 7]) {
      const weight = Math.exp(sharpness * mean(kept));
      const given = { candidates, preserved, gallery, sharpness: scalar(sharpness) };
      expectNear(
        evaluateObjective(objective, q, given).values,
        plain.map((value, i) => value + weight * (kept[i] as number)),
        FLOAT,
      );
    }
  });

  it('bounds the weight', () => {
    expectNear(preservingWeight(tf.scalar(5), tf.scalar(1e5)).dataSync(), 1e9, { relative: 1e-4, absolute: 0 });
  });
});

describe('targets of one row', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('TMA is one less the cosine, whatever the lengths', () => {
    const [now, target] = [array([[2, 0]]), array([[3, 3]])];
    for (const metric of ['E', 'N', 'C'] as const)
      expectNear(evaluateObjective(tma, now, { target }, metric).values, [1 - Math.SQRT1_2], FLOAT);
  });

  it('GTM is the distance, approach and recede its sign on lists', () => {
    const [now, target] = [array([[1, 0]]), array([[0, 1]])];
    expectNear(evaluateObjective(gtm, now, { target }).values, [Math.SQRT2], FLOAT);
    expectNear(evaluateObjective(gtm, now, { target }, 'C').values, [1], FLOAT);
    expectNear(evaluateObjective(approach, now, { candidates: target }).values, [Math.SQRT2], FLOAT);
    expectNear(evaluateObjective(recede, now, { candidates: target }, 'C').values, [-1], FLOAT);
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

  const objectives: readonly Objective[] = [
    ...[caPlus, caMinus, qaPlus, qaMinus, tma, es, ltm, gtm, ranking],
    ...[approach, recede],
  ];
  const rows = unitRows(3, 6, 11);
  const constants = {
    clean: unitRows(3, 6, 12),
    same: unitRows(3, 6, 13),
    other: unitRows(3, 6, 14),
    candidates: unitRows(2, 6, 15),
    gallery: unitRows(7, 6, 16),
    target: unitRows(3, 6, 18),
    targets: grouped(unitRows(6, 6, 19), 2),
    galleryLabels: ndarray(Int32Array.of(0, 1, 2, 0, 1, 2, 0), [7]),
    labels: ndarray(Int32Array.of(0, 1, 2), [3]),
    excluded: ndarray(Int32Array.of(0, 1, 2), [3]),
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
