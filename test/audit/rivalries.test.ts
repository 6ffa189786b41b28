import { describe, expect, it } from 'vitest';
import { isLower, rivalFigures, rivalsOf } from '../../audit/rivalries.ts';
import { realisticReport } from './support/report.ts';

describe('rivalries', () => {
  it('are two recalls and how often the rival goes lower', () => {
    const figures = rivalFigures({
      attack: 'ES',
      white: [-1, -1, -1, -1],
      rival: [-0.5, -1, -1.1, -2],
      whiteHits: [0, 0, 1, 0],
      rivalHits: [1, 1, 1, 0],
    });
    expect(figures).toEqual({ white: 0.25, rival: 0.75, rivalLower: 0.5 });
  });

  it('are level where an objective is lower by rounding alone, and lost where it is no number', () => {
    expect(isLower(-1.0005, -1)).toBe(false);
    expect(isLower(-1.002, -1)).toBe(true);
    expect(isLower(0, 1e-6)).toBe(true);
    expect(isLower(0, 0)).toBe(false);
    expect(isLower(0, Number.NaN)).toBe(true);
    expect(isLower(Number.NaN, 0)).toBe(false);
  });

  it('are those of noise, Square and NES, and of transfer where a version was named', async () => {
    const { evidence } = await realisticReport();
    const names = ['Random noise', 'Square', 'NES', 'Transfer from emoji-hardened-2'];
    expect(rivalsOf(evidence).map(({ name }) => name)).toEqual(names);
    expect(rivalsOf({ ...evidence, transfer: null }).map(({ name }) => name)).toEqual(names.slice(0, 3));
  });
});
