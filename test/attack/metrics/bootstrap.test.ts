import { describe, expect, it } from 'vitest';
import {
  bootstrapDifference,
  bootstrapMean,
  interval,
  resampledMeans,
  significanceOf,
} from '../../../attack/metrics/bootstrap.ts';
import { createRandom } from '../../../base/random.ts';
import { halfWidthOfMean } from '../../../base/statistics.ts';

const random = createRandom('bootstrap');
const normals = (count: number, centre = 0) => Array.from({ length: count }, () => centre + random.normal());

describe('the bootstrap', () => {
  it('has the interval of the normal theory where that holds', () => {
    const values = normals(400, 2);
    const found = bootstrapMean(values, createRandom(1), { resamples: 4000 });
    const half = halfWidthOfMean(values);
    expect(found.high - found.mean).toBeGreaterThan(0.85 * half);
    expect(found.high - found.mean).toBeLessThan(1.15 * half);
    expect(found.mean - found.low).toBeGreaterThan(0.85 * half);
    expect(found.mean - found.low).toBeLessThan(1.15 * half);
  });

  it('holds the true mean in about 95 of 100 samples', () => {
    let held = 0;
    for (let i = 0; i < 200; i++) {
      const { low, high } = bootstrapMean(normals(60), createRandom(i), { resamples: 300 });
      if (low <= 0 && 0 <= high) held += 1;
    }
    expect(held).toBeGreaterThan(178);
    expect(held).toBeLessThan(199);
  });

  it('draws all columns alike, so that what is made of them has an interval', () => {
    const a = normals(50);
    const { a: first, b: second } = resampledMeans({ a, b: a.map((value) => 3 * value) }, createRandom(2));
    first.forEach((value, i) => {
      expect(second[i]).toBeCloseTo(3 * value, 10);
    });
    expect(new Set(first).size).toBeGreaterThan(900);
  });

  it('leaves out queries that do not count', () => {
    const { mean, low, high } = bootstrapMean([1, Number.NaN, 1, 1], createRandom(3));
    expect([mean, low, high]).toEqual([1, 1, 1]);
    expect(interval([Number.NaN, 2, 2])).toEqual({ low: 2, high: 2 });
  });

  it('sees a difference of pairs that their spread hides, and none where there is none', () => {
    const a = normals(100);
    const shifted = a.map((value) => value - 0.2 + 0.1 * random.normal());
    const seen = bootstrapDifference(a, shifted, createRandom(4));
    expect(seen.low).toBeGreaterThan(0.1);
    expect(seen.significance).toBeLessThan(0.01);
    const same = bootstrapDifference(a, normals(100), createRandom(5));
    expect(same.significance).toBeGreaterThan(0.01);
    expect(significanceOf([0, 0, 0])).toBe(1);
  });

  it('refuses lists that cannot be paired', () => {
    expect(() => bootstrapDifference([1], [1, 2], random)).toThrow(RangeError);
    expect(() => resampledMeans({ a: [1], b: [1, 2] }, random)).toThrow('2 values of b, not 1');
  });

  it('takes ten columns of 10,000 queries in seconds', () => {
    const columns = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`column ${i}`, normals(10_000)]));
    const start = process.cpuUsage();
    const draws = resampledMeans(columns, random);
    expect(process.cpuUsage(start).user / 1e6).toBeLessThan(20);
    expect(Object.keys(draws)).toHaveLength(10);
  });
});
