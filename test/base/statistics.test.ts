import { describe, expect, it } from 'vitest';
import { deviation, halfWidthOfMean, mean, median, quantile } from '../../base/statistics.ts';

describe('statistics', () => {
  it('quantiles are interpolated and do not change their input', () => {
    const values = [4, 1, 3, 2];
    expect(median(values)).toBe(2.5);
    expect(quantile(values, 0)).toBe(1);
    expect(quantile(values, 1)).toBe(4);
    expect(values).toEqual([4, 1, 3, 2]);
    expect(median([])).toBeNaN();
  });

  it('the deviation is that of a sample', () => {
    expect(mean([2, 4, 4, 4, 5, 5, 7, 9])).toBe(5);
    expect(deviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 12);
    expect(deviation([1])).toBeNaN();
  });

  it('the interval of a mean of three is 4.303 standard errors wide on either side, of many 1.96', () => {
    expect(halfWidthOfMean([1, 2, 3])).toBeCloseTo(4.303 / Math.sqrt(3), 3);
    const many = Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 1 : -1));
    expect(halfWidthOfMean(many)).toBeCloseTo((1.96 * deviation(many)) / 20, 6);
    expect(halfWidthOfMean([1])).toBeNaN();
  });
});
