import { describe, expect, it } from 'vitest';
import { compareReports, type Difference } from '../../audit/compare.ts';
import { conclusion, favoured, signed, significanceWords } from '../../audit/comparison-words.ts';
import { createRandom } from '../../base/random.ts';
import { realisticReport } from './support/report.ts';

const difference = (value: number, significance: number): Difference => ({
  first: 50,
  second: 50 + value,
  value,
  low: value - 1,
  high: value + 1,
  significance,
});

describe('the words of a comparison', () => {
  it('favour whom the measure favours, where it is no chance', () => {
    expect(favoured('ERS', difference(4, 0.01))).toBe('second');
    expect(favoured('ARS', difference(-4, 0.01))).toBe('first');
    expect(favoured('TMA', difference(0.2, 0.01))).toBe('first');
    expect(favoured('CA-', difference(-3, 0.01))).toBe('second');
    expect(favoured('LTM', difference(4, 0.05))).toBe('neither');
    expect(favoured('LTM', difference(4, Number.NaN))).toBe('neither');
  });

  it('say no more of a significance than the draws do', () => {
    expect(significanceWords(0.0342)).toBe('p = 0.034');
    expect(significanceWords(0.001)).toBe('p ≤ 0.001');
    expect(significanceWords(Number.NaN)).toBe('–');
  });

  it('give a difference its sign, and none to zero', () => {
    expect([signed(1.25, 1), signed(-1.25, 1), signed(0.01, 1), signed(0, 1)]).toEqual(['+1.3', '−1.3', '0.0', '0.0']);
  });

  it('conclude from both scores', async () => {
    const [first, second] = [await realisticReport(), await realisticReport({ version: 'emoji-hardened-4' })];
    const same = compareReports(first, second, createRandom('words'));
    const [up, down, even] = [difference(4, 0.01), difference(-4, 0.01), difference(4, 0.2)];
    expect(conclusion({ ...same, ers: up, ars: up })).toBe('emoji-hardened-4 is more robust, by ERS and by ARS.');
    expect(conclusion({ ...same, ers: down, ars: even })).toBe(
      'By ERS emoji-hardened-3 is more robust; by ARS no difference is seen.',
    );
    expect(conclusion({ ...same, ers: down, ars: up })).toBe(
      'By ERS emoji-hardened-3 is more robust; by ARS emoji-hardened-4 is more robust.',
    );
    expect(conclusion(same)).toBe('No difference in ERS or ARS is seen on 64 queries.');
  });

  it('conclude nothing before raised verdicts are explained', async () => {
    const first = await realisticReport({ states: { converged: 'raised' } });
    const second = await realisticReport({ version: 'emoji-hardened-4', shift: 0.2 });
    const random = createRandom('words');
    expect(conclusion(compareReports(first, second, random))).toBe(
      'Not to be compared before the verdicts of emoji-hardened-3 are explained.',
    );
    expect(conclusion(compareReports(second, { ...second, verdicts: [] }, random))).toBe(
      'Not to be compared before the verdicts of emoji-hardened-4 are explained.',
    );
  });
});
