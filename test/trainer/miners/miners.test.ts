import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradualMargin, miners } from '../../../trainer/miners/index.ts';
import { batches, onALine } from './batches.ts';

const all = Object.values(miners);
const drawing = all.filter(({ name }) => !['lifted', 'npair', 'all', 'multisimilarity'].includes(name));

describe('every miner', () => {
  it('is listed under its name', () => {
    for (const [name, miner] of Object.entries(miners)) expect(miner.name).toBe(name);
  });

  it.each(all)('$name: takes even rows as anchors, and positives of their class', (miner) => {
    fc.assert(
      fc.property(batches, (input) => {
        const { anchors, positives } = miner.candidates(input);
        expect(anchors).toEqual(Array.from({ length: input.labels.length / 2 }, (_, k) => 2 * k));
        anchors.forEach((anchor, k) => {
          for (const row of positives[k] ?? []) expect(input.labels[row]).toBe(input.labels[anchor]);
        });
      }),
      { seed: 1 },
    );
  });

  it.each(drawing)('$name: has positives and negatives for each anchor', (miner) => {
    fc.assert(
      fc.property(batches, (input) => {
        const { positives, negatives } = miner.candidates(input);
        expect([...positives, ...negatives].every((rows) => rows.length > 0)).toBe(true);
      }),
      { seed: 1 },
    );
  });

  it.each(all)('$name: never proposes a negative of the own class while there is another', (miner) => {
    fc.assert(
      fc.property(batches, (input) => {
        const { anchors, negatives, alone } = miner.candidates(input);
        const several = new Set(Array.from(input.labels)).size > 1;
        anchors.forEach((anchor, k) => {
          const rows = negatives[k] ?? [];
          if (several) expect(rows.every((row) => input.labels[row] !== input.labels[anchor])).toBe(true);
          else expect(rows.length).toBe(miner.name === 'multisimilarity' ? 0 : input.labels.length);
          expect(alone?.[k] ?? !several).toBe(!several);
        });
      }),
      { seed: 1 },
    );
  });

  it.each(all)('$name: proposes no row outside a batch of one pair', (miner) => {
    const { positives, negatives } = miner.candidates(onALine([1, 2], [3, 3]));
    expect([...positives, ...negatives].flat().every((row) => row === 0 || row === 1)).toBe(true);
  });

  it.each(all)('$name: finds its way among equal pictures', (miner) => {
    const { positives, negatives } = miner.candidates(onALine([1, 1, 1, 1, 1, 1], [0, 0, 1, 1, 2, 2]));
    expect(positives.every((rows) => rows.length > 0)).toBe(true);
    expect(negatives).toEqual([
      [2, 3, 4, 5],
      [0, 1, 4, 5],
      [0, 1, 2, 3],
    ]);
  });
});

describe('the semi-hard miner', () => {
  const labels = [0, 0, 1, 1, 2, 2];

  it('proposes rows beyond the positive and within the margin, both ends open', () => {
    // From the anchor at 0: its positive at 1, others at 1 (equally far), 1.5 (within), 2 (at the margin) and 9.
    const { negatives } = miners.semihard.candidates(onALine([0, 1, 1, 1.5, 2, 9], labels));
    expect(negatives[0]).toEqual([3]);
  });

  it('falls back on all other classes where none is semi-hard', () => {
    const { negatives } = miners.semihard.candidates(onALine([0, 5, 1, 2, 3, 4], labels));
    expect(negatives[0]).toEqual([2, 3, 4, 5]);
  });

  it('treats a duplicate of another class as too near', () => {
    const { negatives } = miners.semihard.candidates(onALine([1, 1, 1, 1.5, 1, 9], labels));
    expect(negatives[0]).toEqual([3]);
  });
});

describe('the gradual miner', () => {
  it('narrows its margin from 0.2 to a quarter of it, whatever margin is passed', () => {
    expect(gradualMargin(0, 75)).toBe(0.2);
    expect(gradualMargin(75, 75)).toBeCloseTo(0.05, 12);
    const points = [0, 1, 1.1, 1.19, 5, 6];
    const early = miners.ghard.candidates(onALine(points, [0, 0, 1, 1, 2, 2], 100));
    const late = miners.ghard.candidates({ ...onALine(points, [0, 0, 1, 1, 2, 2], 100), epoch: 9 });
    expect([early.negatives[0], late.negatives[0]]).toEqual([
      [2, 3],
      [2, 3, 4, 5],
    ]);
  });
});
