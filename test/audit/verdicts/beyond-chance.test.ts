import { describe, expect, it } from 'vitest';
import { exceeds, SIGNIFICANCE, upperTail } from '../../../audit/verdicts/beyond-chance.ts';
import { createRandom } from '../../../base/random.ts';

/** The largest count that a share still explains. */
const allowed = (total: number, share: number): number => {
  let count = 0;
  while (count < total && !exceeds(count + 1, total, share)) count++;
  return count;
};

describe('the upper tail of the binomial distribution', () => {
  it('is what a coin gives', () => {
    expect(upperTail(0, 4, 0.5)).toBe(1);
    [15 / 16, 11 / 16, 5 / 16, 1 / 16].forEach((probability, i) => {
      expect(upperTail(i + 1, 4, 0.5)).toBeCloseTo(probability, 12);
    });
    expect(upperTail(5, 4, 0.5)).toBeCloseTo(0, 12);
  });

  it('is what is counted in draws', () => {
    const random = createRandom('tail');
    const draws = 20_000;
    let seen = 0;
    for (let draw = 0; draw < draws; draw++) {
      let count = 0;
      for (let i = 0; i < 64; i++) if (random.uniform() < 0.1) count++;
      if (count >= 9) seen++;
    }
    expect(seen / draws).toBeCloseTo(upperTail(9, 64, 0.1), 2);
  });

  it('holds for large samples and at the ends', () => {
    expect(upperTail(5200, 10_000, 0.5)).toBeGreaterThan(2e-5);
    expect(upperTail(5200, 10_000, 0.5)).toBeLessThan(5e-5);
    expect(upperTail(1, 64, 0)).toBe(0);
    expect(upperTail(64, 64, 1)).toBe(1);
  });
});

describe('more than a share', () => {
  it('is more than the sample shows by chance', () => {
    expect(allowed(64, 0.02)).toBe(4);
    expect(allowed(64, 0.05)).toBe(8);
    expect(allowed(64, 0.01)).toBe(3);
    for (const [total, share] of [
      [16, 0.02],
      [128, 0.02],
      [1000, 0.05],
    ] as const) {
      expect(upperTail(allowed(total, share), total, share)).toBeGreaterThanOrEqual(SIGNIFICANCE);
      expect(upperTail(allowed(total, share) + 1, total, share)).toBeLessThan(SIGNIFICANCE);
    }
  });

  it('is never one query of 64, and comes near the share as the sample grows', () => {
    expect(exceeds(1, 64, 0.01)).toBe(false);
    expect(allowed(20_000, 0.02) / 20_000).toBeCloseTo(0.02, 2);
  });

  it('is a count that is no number', () => {
    expect(exceeds(Number.NaN, 64, 0.5)).toBe(true);
  });
});
