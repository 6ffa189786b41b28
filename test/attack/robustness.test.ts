import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { challenges } from '../../attack/challengers.ts';
import { gradientEpsilon, marginEpsilon, score } from '../../attack/robustness.ts';
import { HoldfastError } from '../../base/errors.ts';

const right = [1, 0];
const up = [0, 1];
const unit = (degrees: number): number[] => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
const angle = fc.double({ min: 0, max: 360, noNaN: true });
/** One result and one outsider. */
const duel = (query: number[], result: number[], outsider: number[]) =>
  challenges({ query, neighbours: [result, outsider], places: 1 })[0];

describe('marginEpsilon', () => {
  it('divides the distance to the plane of equal nearness by the shift per level', () => {
    // From (1, 0) to the line x = y it is 1 / sqrt(2).
    expect(marginEpsilon(duel(right, right, up), 0.1)).toBeCloseTo(Math.SQRT1_2 / 0.1, 5);
  });

  it('halves when the model shifts twice as far per level', () => {
    const one = duel(right, unit(10), unit(70));
    const slow = marginEpsilon(one, 0.02) ?? Number.NaN;
    expect(marginEpsilon(one, 0.04)).toBeCloseTo(slow / 2, 9);
  });

  it('is the shift after which result and outsider are equally near', () => {
    fc.assert(
      fc.property(angle, angle, angle, (q, r, c) => {
        const [query, result, outsider] = [unit(q), unit(r), unit(c)];
        const difference = result.map((x, i) => x - (outsider[i] ?? 0));
        const length = Math.hypot(...difference);
        fc.pre(length > 1e-3);
        const shift = marginEpsilon(duel(query, result, outsider), 1) ?? Number.NaN;
        const gap = query.reduce(
          (sum, x, i) => sum + (x - (shift * (difference[i] ?? 0)) / length) * (difference[i] ?? 0),
          0,
        );
        expect(shift).toBeGreaterThanOrEqual(0);
        if (shift > 0) expect(gap).toBeCloseTo(0, 5);
        else expect(gap).toBeLessThanOrEqual(1e-12);
      }),
      { seed: 1 },
    );
  });

  it('is greater where several have to pass than where one has to', () => {
    const query = [1, 0, 0, 0];
    const neighbours = [
      [0.8, 0.6, 0, 0],
      [0.7, 0, Math.sqrt(0.51), 0],
      [0.6, 0, 0, 0.8],
      [0.5, -Math.sqrt(0.75), 0, 0],
    ];
    const [one = 0, two = 0, three = 0] = [1, 2, 3].map(
      (places) => marginEpsilon(challenges({ query, neighbours, places })[0], 0.02) ?? Number.NaN,
    );
    expect(one).toBeGreaterThan(0);
    expect(two).toBeGreaterThan(one);
    expect(three).toBeGreaterThan(two);
  });

  it('is 0, not negative, where the outsider is nearer than the result', () => {
    expect(marginEpsilon(duel(right, up, right), 0.1)).toBe(0);
  });

  it('is 0, not NaN, where result and outsider are the same vector', () => {
    expect(marginEpsilon(duel(right, up, up), 0.1)).toBe(0);
  });

  it('is null without a challenge: nothing can push the result out', () => {
    expect(marginEpsilon(undefined, 0.1)).toBeNull();
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the shift per level %s', (shift) => {
    expect(() => marginEpsilon(duel(right, right, up), shift)).toThrow(HoldfastError);
    expect(() => marginEpsilon(undefined, shift)).toThrow(String(shift));
  });
});

describe('gradientEpsilon', () => {
  const query = unit(0);
  const found = duel(query, unit(10), unit(-30));
  const push = (degrees: number, epsilon = 4) => {
    if (found === undefined) throw new Error('no challenge');
    return gradientEpsilon(query, found, { epsilon, embedding: Float32Array.from(unit(degrees)) });
  };

  it('is the length of a step that ends where both are equally near', () => {
    expect(push(-10)).toBeCloseTo(4, 5);
    expect(push(-10, 9)).toBeCloseTo(9, 5);
  });

  it('is shorter for a step that went too far and longer for one that did not go far enough', () => {
    expect(push(-14)).toBeLessThan(4);
    expect(push(-5)).toBeGreaterThan(4);
  });

  it('is no more than a pixel can move', () => {
    expect(push(5)).toBe(255);
    expect(push(-0.01)).toBe(255);
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
    fc.assert(
      fc.property(level, level, (a, b) => score(Math.min(a, b)) <= score(Math.max(a, b))),
      { seed: 1 },
    );
  });
});
