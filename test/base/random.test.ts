import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';

describe('seeded randomness', () => {
  it('gives the same stream for the same seed, and another for another', () => {
    const draw = (seed: number): number[] => {
      const random = createRandom(seed);
      return Array.from({ length: 20 }, () => random.uniform());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('is uniform enough: mean, variance and a chi-squared over 16 bins', () => {
    const random = createRandom('uniform');
    const count = 64_000;
    const bins = new Array<number>(16).fill(0);
    let [sum, squares] = [0, 0];
    for (let i = 0; i < count; i++) {
      const value = random.uniform();
      expect(value >= 0 && value < 1).toBe(true);
      sum += value;
      squares += value * value;
      bins[Math.floor(value * 16)] = (bins[Math.floor(value * 16)] ?? 0) + 1;
    }
    expect(sum / count).toBeCloseTo(0.5, 2);
    expect(squares / count).toBeCloseTo(1 / 3, 2);
    const expected = count / 16;
    const chi = bins.reduce((total, seen) => total + (seen - expected) ** 2 / expected, 0);
    expect(chi).toBeLessThan(37.7); // 99.9 % point at 15 degrees of freedom
  });

  it('draws normal numbers', () => {
    const random = createRandom('normal');
    const values = Array.from({ length: 50_000 }, () => random.normal());
    const mean = values.reduce((a, b) => a + b) / values.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length).toBeCloseTo(1, 1);
    expect(values.every(Number.isFinite)).toBe(true);
  });

  it('forks by name, whatever was drawn before', () => {
    const [fresh, used] = [createRandom('fork'), createRandom('fork')];
    used.uniform();
    expect(used.fork('a').uniform()).toBe(fresh.fork('a').uniform());
    expect(fresh.fork('a').uniform()).not.toBe(fresh.fork('b').uniform());
  });

  it('shuffles into a permutation and leaves its argument alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.string(), (items, seed) => {
        const before = [...items];
        const shuffled = createRandom(seed).shuffle(items);
        expect(items).toEqual(before);
        expect([...shuffled].sort()).toEqual([...items].sort());
      }),
      { seed: 1 },
    );
  });

  it('keeps integers below their bound and refuses an empty choice', () => {
    const random = createRandom(1);
    for (let i = 0; i < 1000; i++) expect(random.integer(3)).toBeLessThan(3);
    expect(() => random.pick([])).toThrow(RangeError);
  });
});
