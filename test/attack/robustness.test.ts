import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marginEpsilon, score } from '../../attack/robustness.ts';
import { HoldfastError } from '../../base/errors.ts';

const right = [1, 0];
const up = [0, 1];
const unit = (degrees: number): number[] => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
const angle = fc.double({ min: 0, max: 360, noNaN: true });

describe('marginEpsilon', () => {
  it('divides the distance to the plane of equal nearness by the shift per level', () => {
    // From (1, 0) to the line x = y it is 1 / sqrt(2).
    expect(marginEpsilon(right, right, up, 0.1)).toBeCloseTo(Math.SQRT1_2 / 0.1, 12);
  });

  it('halves when the model shifts twice as far per level', () => {
    const slow = marginEpsilon(right, unit(10), unit(70), 0.02) ?? Number.NaN;
    expect(marginEpsilon(right, unit(10), unit(70), 0.04)).toBeCloseTo(slow / 2, 12);
  });

  it('is the shift after which result and outsider are equally near', () => {
    fc.assert(
      fc.property(angle, angle, angle, (q, r, c) => {
        const [query, result, outsider] = [unit(q), unit(r), unit(c)];
        const difference = result.map((x, i) => x - (outsider[i] ?? 0));
        const length = Math.hypot(...difference);
        fc.pre(length > 1e-3);
        const shift = marginEpsilon(query, result, outsider, 1) ?? Number.NaN;
        const gap = query.reduce(
          (sum, x, i) => sum + (x - (shift * (difference[i] ?? 0)) / length) * (difference[i] ?? 0),
          0,
        );
        expect(shift).toBeGreaterThanOrEqual(0);
        if (shift > 0) expect(gap).toBeCloseTo(0, 9);
        else expect(gap).toBeLessThanOrEqual(1e-12);
      }),
    );
  });

  it('is 0, not negative, where the outsider is nearer than the result', () => {
    expect(marginEpsilon(right, up, right, 0.1)).toBe(0);
  });

  it('is 0, not NaN, where result and outsider are the same vector', () => {
    expect(marginEpsilon(right, up, up, 0.1)).toBe(0);
  });

  it('is null without an outsider: nothing can push the result out', () => {
    expect(marginEpsilon(right, right, undefined, 0.1)).toBeNull();
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the shift per level %s', (shift) => {
    expect(() => marginEpsilon(right, right, up, shift)).toThrow(HoldfastError);
    expect(() => marginEpsilon(right, right, undefined, shift)).toThrow(String(shift));
  });
});

describe('score', () => {
  it.each([
    [0, 0],
    [2, 0.25],
    [8, 1],
    [80, 1],
    [Number.POSITIVE_INFINITY, 1],
    [-3, 0],
    [null, 1],
  ])('of epsilon %s is %s', (epsilon, expected) => {
    expect(score(epsilon)).toBe(expected);
  });

  it('never falls as epsilon grows', () => {
    const level = fc.double({ min: 0, max: 20, noNaN: true });
    fc.assert(fc.property(level, level, (a, b) => score(Math.min(a, b)) <= score(Math.max(a, b))));
  });
});
