import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { drawGroups, drawTriplets } from '../../../trainer/miners/index.ts';

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

  it('draws by the probabilities where there are some', () => {
    const weighted = { anchors: [0], positives: [[1]], negatives: [[2, 3, 4]], probabilities: [[0.2, 0, 0.8]] };
    const random = createRandom('weighted');
    const drawn = Array.from({ length: 3000 }, () => drawTriplets(weighted, random).negatives[0]);
    const count = (row: number): number => drawn.filter((other) => other === row).length;
    expect(count(3)).toBe(0);
    expect(Math.abs(count(2) - 600)).toBeLessThan(100);
    expect(count(2) + count(4)).toBe(3000);
  });

  it('gives (anchor, anchor, positive) for whole batches, as often as the switch says', () => {
    const random = createRandom('switch');
    const drawn = Array.from({ length: 2000 }, () => drawTriplets(candidates, random, { pSwitch: 0.15 }));
    const switched = drawn.filter(({ anchors, positives }) => positives === anchors);
    expect(Math.abs(switched.length - 300)).toBeLessThan(60);
    for (const { negatives } of switched) {
      expect(negatives[0]).toBe(1);
      expect([3, 4, 5]).toContain(negatives[1]);
    }
  });
});

describe('drawGroups', () => {
  it('takes all candidates, and one of the rows that stand in for negatives', () => {
    const candidates = {
      anchors: [0, 2],
      positives: [[1], [3]],
      negatives: [
        [2, 3],
        [0, 1, 2, 3],
      ],
    };
    const { negatives } = drawGroups({ ...candidates, alone: [false, true] }, createRandom(1));
    expect(negatives[0]).toEqual([2, 3]);
    expect(negatives[1]?.length).toBe(1);
    expect(drawGroups(candidates, createRandom(1)).negatives).toEqual(candidates.negatives);
  });
});
