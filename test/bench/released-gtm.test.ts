import { describe, expect, it } from 'vitest';
import { releasedUnmatching } from '../../attack/suite/gtm.ts';
import { createRandom } from '../../base/random.ts';
import { effectiveNumber, ownClassShare } from '../../bench/released-gtm.ts';

describe('the effective number of values', () => {
  it('is that of the different ones where all are equally frequent, and 1 where all are the same', () => {
    expect(effectiveNumber([1, 2, 3, 4, 1, 2, 3, 4])).toBe(4);
    expect(effectiveNumber([7, 7, 7])).toBe(1);
    expect(effectiveNumber([1, 1, 1, 2])).toBeCloseTo(1.6, 10);
  });
});

describe('the share of targets of the own class', () => {
  it('is that of the rows that the released selector takes in a gallery of that order', () => {
    const random = createRandom('orders');
    const count = 40;
    const labels = Int32Array.from({ length: count }, () => random.integer(4));
    const lists = Array.from({ length: count }, () => Float32Array.from({ length: count }, () => random.uniform()));
    const closest = (list: Float32Array, allowed: (row: number) => boolean): number =>
      [...list.keys()].filter(allowed).sort((a, b) => (list[a] as number) - (list[b] as number))[0] as number;
    const aims = lists.map((list, query) => {
      const first = closest(list, (row) => row !== query);
      return { first, unmatching: closest(list, (row) => row !== query && labels[row] !== labels[first]) };
    });
    const rows = random.shuffle([...labels.keys()]);
    const places = rows.map((_, row) => rows.indexOf(row));
    const ordered = Int32Array.from(rows, (row) => labels[row] as number);
    const own = lists.filter((list, query) => {
      const moved = Float32Array.from(rows, (row) => list[row] as number);
      const target = releasedUnmatching(moved, ordered, places[query] as number);
      return ordered[target] === labels[query];
    });
    expect(ownClassShare(aims, labels, rows)).toBe(own.length / count);
    expect(own.length).toBeGreaterThan(0);
  });
});
