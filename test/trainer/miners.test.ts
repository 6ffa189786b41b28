import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalisedRows } from '../../attack/rows.ts';
import { createRandom } from '../../base/random.ts';
import { ndarray } from '../../engine/arrays.ts';
import {
  batchDistances,
  drawTriplets,
  gradualMargin,
  miners,
  spc2GradualHard,
  spc2Random,
  spc2SemiHard,
} from '../../trainer/miners/index.ts';
import type { MinerInput } from '../../trainer/types.ts';

/** A batch of pairs whose rows are points on a line. */
function onALine(points: readonly number[], labels: readonly number[], margin = 1): MinerInput {
  const embeddings = ndarray(Float32Array.from(points), [points.length, 1]);
  return { embeddings, labels, metric: 'E', margin, epoch: 0, epochs: 10 };
}

const batch = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 1e6 }))
  .map(([pairs, seed]): MinerInput => {
    const random = createRandom(seed);
    const classes = Array.from({ length: pairs }, () => random.integer(3));
    const data = Float32Array.from({ length: pairs * 8 }, () => random.normal());
    const labels = classes.flatMap((label) => [label, label]);
    return { embeddings: ndarray(data, [pairs * 2, 4]), labels, metric: 'N', margin: 0.2, epoch: 3, epochs: 9 };
  });

describe('every miner', () => {
  it.each(miners)('$name: takes even rows as anchors and the row after as positive', (miner) => {
    fc.assert(
      fc.property(batch, (input) => {
        const { anchors, positives } = miner.candidates(input);
        expect(anchors).toEqual(Array.from({ length: input.labels.length / 2 }, (_, k) => 2 * k));
        expect(positives).toEqual(anchors.map((anchor) => [anchor + 1]));
      }),
    );
  });

  it.each(miners)('$name: never proposes a row of the own class while there is another', (miner) => {
    fc.assert(
      fc.property(batch, (input) => {
        const { anchors, negatives } = miner.candidates(input);
        const several = new Set(Array.from(input.labels)).size > 1;
        anchors.forEach((anchor, k) => {
          const rows = negatives[k] ?? [];
          expect(rows.length).toBeGreaterThan(0);
          if (several) expect(rows.every((row) => input.labels[row] !== input.labels[anchor])).toBe(true);
          else expect(rows.length).toBe(input.labels.length);
        });
      }),
    );
  });

  it('has a name of its own', () => {
    expect(new Set(miners.map(({ name }) => name)).size).toBe(miners.length);
  });
});

describe('the semi-hard miner', () => {
  const labels = [0, 0, 1, 1, 2, 2];

  it('proposes rows beyond the positive and within the margin, both ends open', () => {
    // From the anchor at 0: its positive at 1, others at 1 (equally far), 1.5 (within), 2 (at the margin) and 9.
    const { negatives } = spc2SemiHard.candidates(onALine([0, 1, 1, 1.5, 2, 9], labels));
    expect(negatives[0]).toEqual([3]);
  });

  it('falls back on all other classes where none is semi-hard', () => {
    const { negatives } = spc2SemiHard.candidates(onALine([0, 5, 1, 2, 3, 4], labels));
    expect(negatives[0]).toEqual([2, 3, 4, 5]);
  });

  it('treats a duplicate of another class as too near', () => {
    const { negatives } = spc2SemiHard.candidates(onALine([1, 1, 1, 1.5, 1, 9], labels));
    expect(negatives[0]).toEqual([3]);
  });
});

describe('the gradual miner', () => {
  it('narrows its margin from 0.2 to a quarter of it, whatever margin is passed', () => {
    expect(gradualMargin(0, 75)).toBe(0.2);
    expect(gradualMargin(75, 75)).toBeCloseTo(0.05, 12);
    const points = [0, 1, 1.1, 1.19, 5, 6];
    const early = spc2GradualHard.candidates(onALine(points, [0, 0, 1, 1, 2, 2], 100));
    const late = spc2GradualHard.candidates({ ...onALine(points, [0, 0, 1, 1, 2, 2], 100), epoch: 9 });
    expect([early.negatives[0], late.negatives[0]]).toEqual([
      [2, 3],
      [2, 3, 4, 5],
    ]);
  });
});

describe('batchDistances', () => {
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

describe('drawTriplets', () => {
  const candidates = { anchors: [0, 2], positives: [[1], [3, 4, 5]], negatives: [[6, 7], [8]] };

  it('draws from the candidates of each anchor, each about equally often', () => {
    const random = createRandom('draw');
    const counts = new Map<number, number>();
    for (let i = 0; i < 3000; i++) {
      const { anchors, positives, negatives } = drawTriplets(candidates, random);
      expect(anchors).toEqual([0, 2]);
      for (const row of [...positives, ...negatives]) counts.set(row, (counts.get(row) ?? 0) + 1);
    }
    expect([counts.get(1), counts.get(8)]).toEqual([3000, 3000]);
    for (const row of [3, 4, 5]) expect(Math.abs((counts.get(row) ?? 0) - 1000)).toBeLessThan(120);
    for (const row of [6, 7]) expect(Math.abs((counts.get(row) ?? 0) - 1500)).toBeLessThan(120);
  });

  it('draws the same for equal seeds', () => {
    const draw = () => drawTriplets(candidates, createRandom(7));
    expect(draw()).toEqual(draw());
  });

  it('refuses an anchor without candidates', () => {
    const empty = { anchors: [0], positives: [[1]], negatives: [[]] };
    expect(() => drawTriplets(empty, createRandom(1))).toThrow(RangeError);
  });

  it('uses every row of other classes for the random miner', () => {
    const { negatives } = spc2Random.candidates(onALine([0, 1, 2, 3], [0, 0, 1, 1]));
    expect(negatives).toEqual([
      [2, 3],
      [0, 1],
    ]);
  });
});
