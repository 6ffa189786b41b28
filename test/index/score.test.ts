import { describe, expect, it } from 'vitest';
import { scoreOf, scoresAtLeast } from '../../index/score.ts';

describe('the score of a distance', () => {
  it('is the cosine of the angle between unit vectors', () => {
    for (const angle of [0, 0.3, Math.PI / 2, 3]) {
      const distance = Math.hypot(Math.cos(angle) - 1, Math.sin(angle));
      expect(scoreOf(distance)).toBeCloseTo(Math.cos(angle), 12);
    }
  });

  it('of the opposite passes where all shall pass, whatever rounding made of it', () => {
    const opposite = 2 + 1e-7;
    expect(scoreOf(opposite)).toBeLessThan(-1);
    expect(scoresAtLeast(opposite, -1)).toBe(true);
    expect(scoresAtLeast(opposite, -0.999)).toBe(false);
    expect(scoresAtLeast(1, 0.5)).toBe(true);
    expect(scoresAtLeast(1.01, 0.5)).toBe(false);
  });
});
