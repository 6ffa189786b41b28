import { describe, expect, it } from 'vitest';
import { combineQueries } from '../../index/index.ts';
import { codeOf } from './support/galleries.ts';
import { axis, unit } from './support/vectors.ts';

describe('several weighted vectors', () => {
  it('are one of unit length between the positive and away from the negative ones', () => {
    const combined = combineQueries(
      [
        { vector: axis(3, 0), weight: 2 },
        { vector: axis(3, 1), weight: 1 },
        { vector: axis(3, 2), weight: -1 },
      ],
      3,
    );
    unit([2, 1, -1]).forEach((value, i) => {
      expect(combined[i]).toBeCloseTo(value, 6);
    });
  });

  it('do not depend on the scale of the weights', () => {
    const at = (scale: number) => combineQueries([{ vector: unit([1, 2, 3]), weight: scale }], 3);
    expect(at(1e-3)).toEqual(at(1e3));
  });

  it('that say nothing are refused', () => {
    const both = [1, -1].map((weight) => ({ vector: axis(3, 0), weight }));
    expect(codeOf(() => combineQueries(both, 3))).toBe('VECTOR_INVALID');
    expect(codeOf(() => combineQueries([], 3))).toBe('VECTOR_INVALID');
    expect(codeOf(() => combineQueries([{ vector: axis(3, 0), weight: Number.NaN }], 3))).toBe('VECTOR_INVALID');
    expect(codeOf(() => combineQueries([{ vector: axis(4, 0), weight: 1 }], 3))).toBe('VECTOR_INVALID');
  });
});
