import { describe, expect, it } from 'vitest';
import { budgetWords, digitsOf, fixed, interval, levels, percent } from '../../audit/format.ts';

describe('figures for readers', () => {
  it('have a real minus sign, and none on zero', () => {
    expect(fixed(-1.25, 1)).toBe('−1.3');
    expect(fixed(-0.04, 1)).toBe('0.0');
    expect(interval({ low: -0.5, high: 2 }, 3)).toBe('[−0.500, 2.000]');
  });

  it('are a dash where there is no value', () => {
    expect(fixed(Number.NaN, 1)).toBe('–');
    expect(percent(Number.POSITIVE_INFINITY)).toBe('–');
  });

  it('have the decimals of their unit', () => {
    expect([digitsOf('TMA'), digitsOf('ES:D'), digitsOf('ES:R'), digitsOf('ERS')]).toEqual([3, 3, 1, 1]);
  });

  it.each([
    [8 / 255, '8'],
    [0.5, '127.5'],
    [0, '0'],
    [2 / 255 / 3, '0.67'],
  ])('say epsilon %d in levels: %s', (epsilon, text) => {
    expect(levels(epsilon)).toBe(text);
  });

  it('say a budget in words, with what is left out', () => {
    expect(budgetWords({ epsilon: 8 / 255, alpha: 3 / 255, steps: 32 })).toBe(
      'epsilon 8/255 (L-infinity), steps of 3/255, 32 steps, 1 run, last iterate',
    );
    expect(budgetWords({ epsilon: 1.5, alpha: 0, steps: 100, norm: 'l2', stepRule: 'apgd', restarts: 3 })).toBe(
      'epsilon 1.500 (L2), steps of Auto-PGD, 100 steps, 3 runs, best iterate',
    );
  });
});
