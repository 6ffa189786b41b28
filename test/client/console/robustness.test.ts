import { describe, expect, it } from 'vitest';
import { explain, levelOf } from '../../../client/console/robustness.ts';

describe('the robustness badge', () => {
  it.each([
    [0, 'fragile'],
    [1.9 / 8, 'fragile'],
    [2 / 8, 'fair'],
    [5.9 / 8, 'fair'],
    [6 / 8, 'robust'],
    [1, 'robust'],
  ])('score %d is %s', (score, level) => {
    expect(levelOf(score)).toBe(level);
  });

  it('says how much change it takes, and how that is known', () => {
    expect(explain({ epsilon: 1.04, score: 0.13, method: 'gradient' })).toBe(
      'Fragile: it takes a change of about 1/255 in every pixel of the query to push it out of the list (estimated by gradient).',
    );
    expect(explain({ epsilon: 3.26, score: 0.41, method: 'margin' })).toMatch(/^Fair: .* 3\.3\/255 .* by margin/);
    expect(explain({ epsilon: 40, score: 1, method: 'margin' })).toMatch(/^Robust: .* 40\/255/);
  });

  it('says so where no change can do it', () => {
    expect(explain({ epsilon: null, score: 1, method: 'margin' })).toMatch(/^Robust: no change .* whole gallery/);
  });
});
