import { describe, expect, it } from 'vitest';
import { compareReports } from '../../audit/compare.ts';
import { comparisonText } from '../../audit/comparison-text.ts';
import { createRandom } from '../../base/random.ts';
import { realisticReport } from './support/report.ts';

describe('a comparison in the terminal', () => {
  it('says what it concludes, then the verdicts of both, then every difference', async () => {
    const first = await realisticReport();
    const second = await realisticReport({
      version: 'emoji-hardened-4',
      shift: 0.2,
      states: { 'stronger-than-nes': 'raised' },
    });
    const comparison = compareReports(first, second, createRandom('text'));
    const text = comparisonText(comparison);
    const places = [
      'First emoji-hardened-3, second emoji-hardened-4, on emoji (test), 64 queries',
      'Not to be compared before the verdicts of emoji-hardened-4 are explained.',
      'emoji-hardened-3: All 13 verdicts hold.',
      'emoji-hardened-4: Not to be believed before “Stronger than NES” is explained.',
      '  raised     stronger-than-nes: ',
      'significance',
      'one in twenty',
    ].map((words) => text.indexOf(words));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    const { first: one, second: other, value, low, high } = comparison.ers;
    const figures = [one.toFixed(1), other.toFixed(1), `\\+${value.toFixed(1)}`];
    const ends = `\\[${low.toFixed(1)}, ${high.toFixed(1)}\\]`;
    expect(text).toMatch(new RegExp(`^ERS +${figures.join(' +')} +${ends} +p [=≤] 0\\.0\\d+ +second$`, 'm'));
    expect(text.match(/ (first|second|neither)$/gm)).toHaveLength(13);
  });
});
