import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankQuery, retrieval } from '../../../attack/metrics/index.ts';
import { createRandom } from '../../../base/random.ts';
import { ndarray, takeRows } from '../../../engine/arrays.ts';
import type { NdArray } from '../../../engine/types.ts';

function randomRows(count: number, dimension: number, seed: number): NdArray {
  const random = createRandom(seed);
  return ndarray(
    Float32Array.from({ length: count * dimension }, () => random.normal()),
    [count, dimension],
  );
}

/** Sorts everything and reads the definition off the list. */
function byDefinition(distances: readonly number[], labels: readonly number[], label: number, self: number) {
  const order = [...distances.keys()]
    .filter((row) => row !== self)
    .sort((a, b) => (distances[a] as number) - (distances[b] as number) || a - b);
  const positions = order.flatMap((row, at) => (labels[row] === label ? [at] : []));
  if (positions.length === 0) return undefined;
  const precision = positions.reduce((sum, at, i) => sum + (i + 1) / (at + 1), 0) / positions.length;
  const early = positions.reduce((sum, at, i) => sum + (at < 10 ? (i + 1) / (at + 1) : 0), 0);
  return { rank: positions[0], averagePrecision: precision, averagePrecisionAt10: early / 10 };
}

const ranked = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 2 })), {
  minLength: 1,
  maxLength: 30,
});

/** Processor time since then: unlike the clock, it does not mind what else the machine does. */
function processorMilliseconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

describe('rankQuery', () => {
  it('is rank and average precision by definition, ties included', () => {
    fc.assert(
      fc.property(ranked, fc.integer({ min: -1, max: 29 }), (rows, self) => {
        const distances = rows.map(([distance]) => distance);
        const labels = rows.map(([, label]) => label);
        const expected = byDefinition(distances, labels, 1, self);
        const actual = rankQuery(distances, labels, 1, self);
        expect(actual?.rank).toBe(expected?.rank);
        if (expected === undefined) return;
        expect(actual?.averagePrecision).toBeCloseTo(expected.averagePrecision, 12);
        expect(actual?.averagePrecisionAt10).toBeCloseTo(expected.averagePrecisionAt10, 12);
      }),
      { seed: 1 },
    );
  });
});

describe('retrieval', () => {
  const all = (count: number): number[] => Array.from({ length: count }, (_, row) => row);

  it('is perfect for classes that lie apart', () => {
    const points = ndarray(Float32Array.from([1, 0, 1, 0.1, 0, 1, 0.1, 1]), [4, 2]);
    const found = retrieval(points, points, [0, 0, 1, 1], all(4));
    expect(found).toEqual({
      recallAt1: 1,
      recallAt2: 1,
      meanAveragePrecision: 1,
      meanAveragePrecisionAt10: 0.1,
      queries: 4,
    });
  });

  it('does not count a class of one as a query, but ranks it as a wrong answer', () => {
    const points = ndarray(Float32Array.from([1, 0, 1, 0.2, 1, 0.1]), [3, 2]);
    const found = retrieval(points, points, [0, 0, 1], all(3));
    expect(found).toEqual({
      recallAt1: 0,
      recallAt2: 1,
      meanAveragePrecision: 0.5,
      meanAveragePrecisionAt10: 0.05,
      queries: 2,
    });
  });

  it('removes the query by its row: a duplicate of another class stays and ranks first', () => {
    const points = ndarray(Float32Array.from([1, 0, 1, 0, 0, 1]), [3, 2]);
    expect(retrieval(points, points, [0, 1, 0], [0]).recallAt1).toBe(0);
    expect(retrieval(points, points, [0, 0, 1], [0]).recallAt1).toBe(1);
  });

  it('does not depend on the length of the rows', () => {
    const raw = randomRows(40, 5, 1);
    const labels = all(40).map((row) => row % 6);
    const scaled = ndarray(
      raw.data.map((value, i) => value * (1 + (Math.floor(i / 5) % 3))) as Float32Array,
      raw.shape,
    );
    expect(retrieval(scaled, scaled, labels, all(40))).toEqual(retrieval(raw, raw, labels, all(40)));
  });

  it('ranks attacked queries in the clean gallery without their own clean image', () => {
    const gallery = ndarray(Float32Array.from([1, 0, 0.9, 0.1, 0, 1, 0.1, 0.9]), [4, 2]);
    const labels = [0, 0, 1, 1];
    expect(retrieval(takeRows(gallery, [1]), gallery, labels, [0]).recallAt1).toBe(1);
    // The first image, pushed to where the other class is.
    expect(retrieval(takeRows(gallery, [2]), gallery, labels, [0]).recallAt1).toBe(0);
    // On its own clean image, which is left out, it still finds its class.
    expect(retrieval(takeRows(gallery, [0]), gallery, labels, [0]).recallAt1).toBe(1);
  });

  it('takes 3,000 images of 128 dimensions in seconds', () => {
    const images = randomRows(3000, 128, 4);
    const labels = all(3000).map((row) => row % 430);
    const start = process.cpuUsage();
    const { recallAt1, queries } = retrieval(images, images, labels, all(3000));
    expect(queries).toBe(3000);
    // Seven of a class among random rows: about 6 in 2999 by chance.
    expect(recallAt1).toBeLessThan(0.02);
    expect(processorMilliseconds(start)).toBeLessThan(30_000);
  });

  it('stays fast where classes are large', () => {
    const images = randomRows(1500, 8, 5);
    const labels = all(1500).map((row) => row % 2);
    const start = process.cpuUsage();
    const { recallAt1 } = retrieval(images, images, labels, all(1500));
    expect(Math.abs(recallAt1 - 0.5)).toBeLessThan(0.1);
    expect(processorMilliseconds(start)).toBeLessThan(30_000);
  });
});
