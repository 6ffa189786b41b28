import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { mean } from '../../../base/statistics.ts';
import { areaUnder, rocOf, truePositivesAt } from '../../../bench/suspicion/roc.ts';

const random = createRandom('roc');
const normals = (count: number, mean: number): number[] => Array.from({ length: count }, () => mean + random.normal());

describe('a receiver operating characteristic', () => {
  it('of values that are told apart goes through the corner', () => {
    const points = rocOf([1, 2, 3], [4, 5]);
    expect(points.at(0)).toEqual({ falsePositives: 0, truePositives: 0 });
    expect(points.at(-1)).toEqual({ falsePositives: 1, truePositives: 1 });
    expect(areaUnder(points)).toBe(1);
    expect(truePositivesAt(points, 0)).toBe(1);
  });

  it('has the area that counting pairs gives, ties being half', () => {
    const [innocent, attacked] = [
      [1, 2, 2, 3, 7],
      [2, 3, 3, 8],
    ];
    const pairs = attacked.flatMap((a) => innocent.map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
    const share = mean(pairs);
    expect(areaUnder(rocOf(innocent, attacked))).toBeCloseTo(share, 12);
  });

  it('is the diagonal where nothing is told apart', () => {
    expect(areaUnder(rocOf([5, 5, 5], [5, 5]))).toBe(0.5);
    const points = rocOf(normals(3000, 0), normals(3000, 0));
    expect(Math.abs(areaUnder(points) - 0.5)).toBeLessThan(0.03);
    expect(Math.abs(truePositivesAt(points, 0.1) - 0.1)).toBeLessThan(0.03);
  });

  it('of two normal distributions is the known one', () => {
    // Phi(1 / sqrt 2) for unit deviations and means 1 apart.
    expect(Math.abs(areaUnder(rocOf(normals(4000, 0), normals(4000, 1))) - 0.76025)).toBeLessThan(0.02);
  });

  it('never takes more false positives than are allowed', () => {
    const points = rocOf([3, 1], [2, 4]);
    expect([0, 0.49, 0.5, 1].map((share) => truePositivesAt(points, share))).toEqual([0.5, 0.5, 1, 1]);
  });
});
