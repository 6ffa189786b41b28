import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { riseOf } from '../../../bench/server/trend.ts';

describe('a rise', () => {
  it('is that of a straight line, from its first value to its last', () => {
    expect(riseOf([10, 12, 14, 16])).toBeCloseTo(6, 12);
    expect(riseOf([5, 4, 3])).toBeCloseTo(-2, 12);
    expect(riseOf([7, 7, 7])).toBe(0);
  });

  it('is found beneath noise, and not where there is only noise', () => {
    const random = createRandom('trend');
    const noise = Array.from({ length: 60 }, () => random.normal());
    expect(Math.abs(riseOf(noise))).toBeLessThan(1.5);
    expect(Math.abs(riseOf(noise.map((value, i) => value + i / 3)) - 59 / 3)).toBeLessThan(1.5);
  });

  it('is none of a single value', () => {
    expect([riseOf([3]), riseOf([])]).toEqual([0, 0]);
  });
});
