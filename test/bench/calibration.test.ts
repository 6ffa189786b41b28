import { describe, expect, it } from 'vitest';
import { medianRatio, ranks, spearman } from '../../bench/calibration/agreement.ts';
import { chooseQueries } from '../../bench/calibration/truth.ts';

describe('agreement of estimates with the truth', () => {
  it('gives equal values the mean of their ranks', () => {
    expect(ranks([3, 1, 3, 2])).toEqual([2.5, 0, 2.5, 1]);
  });

  it('correlates ranks, whatever the scale', () => {
    expect(spearman([1, 2, 3, 4], [1, 8, 27, 64])).toBeCloseTo(1, 12);
    expect(spearman([1, 2, 3, 4], [4, 3, 2, 1])).toBeCloseTo(-1, 12);
    // 1 - 6 sum d^2 / (n (n^2 - 1)) with d = 0, 1, 1, 0.
    expect(spearman([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(0.8, 12);
  });

  it('takes the median ratio of estimate and truth', () => {
    expect(medianRatio([1, 4, 9, 5], [2, 4, 3, 0])).toBe(1);
  });
});

describe('the queries', () => {
  it('of tuning and of the report share no class', () => {
    const labels = Int32Array.from({ length: 80 }, (_, i) => i % 20);
    const scene = { labels, count: labels.length };
    const classes = (part: 'tune' | 'report') => chooseQueries(scene, part, 80).map((row) => labels[row] as number);
    const tuned = new Set(classes('tune'));
    expect(tuned.size).toBe(5);
    expect(classes('report').some((label) => tuned.has(label))).toBe(false);
  });
});
