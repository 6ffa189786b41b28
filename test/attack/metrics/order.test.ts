import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  batchMean,
  countedMean,
  NONE,
  nearest,
  nearestFew,
  nearestWhere,
  positionOf,
} from '../../../attack/metrics/index.ts';

const distances = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 25 });

/** All rows sorted, ties to the lower one. */
const sorted = (list: readonly number[]): number[] =>
  [...list.keys()].sort((a, b) => (list[a] as number) - (list[b] as number) || a - b);

describe('the order of a list', () => {
  it('is that of a sort: nearest few, nearest, position', () => {
    fc.assert(
      fc.property(
        distances,
        fc.integer({ min: -1, max: 24 }),
        fc.integer({ min: 1, max: 30 }),
        (list, excluded, count) => {
          const order = sorted(list).filter((row) => row !== excluded);
          expect(nearestFew(list, count, excluded)).toEqual(order.slice(0, count));
          expect(nearest(list, excluded)).toBe(order[0] ?? NONE);
          sorted(list).forEach((row, position) => {
            expect(positionOf(list, row)).toBe(position);
          });
        },
      ),
      { seed: 1 },
    );
  });

  it('leaves out what is not accepted', () => {
    expect(nearestWhere([3, 1, 2], (row) => row !== 1)).toBe(2);
    expect(nearestWhere([3, 1, 2], () => false)).toBe(NONE);
  });
});

describe('means', () => {
  it('leave out what does not count', () => {
    expect(countedMean([1, Number.NaN, 3])).toBe(2);
    expect(countedMean([Number.NaN])).toBeNaN();
  });

  it('of batches weigh a short last batch like the others', () => {
    expect(batchMean([1, 1, 1, 1, 0], 4)).toBe(0.5);
    expect(batchMean([Number.NaN, Number.NaN, 1, 0], 2)).toBe(0.5);
  });
});
