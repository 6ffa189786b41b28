import { describe, expect, it } from 'vitest';
import { nextTrial, openTrial, tolerance } from '../../attack/bisection.ts';

function search(truth: number, guess: number): { found: number; trials: number } {
  let trial = openTrial(guess);
  let trials = 0;
  for (; trial.open && trials < 100; trials++) trial = nextTrial(trial, trial.epsilon >= truth);
  return { found: trial.high, trials };
}

describe('the search for the smallest epsilon', () => {
  it.each([0.1, 0.6, 3, 4, 7.7, 40, 200])('finds %s from above, within its tolerance, from any guess', (truth) => {
    for (const guess of [0, 4, 100]) {
      const { found, trials } = search(truth, guess);
      expect(found).toBeGreaterThanOrEqual(truth);
      expect(found - truth).toBeLessThanOrEqual(tolerance(found));
      expect(trials).toBeLessThan(20);
    }
  });

  it('says 255 where nothing succeeds', () => {
    expect(search(Number.POSITIVE_INFINITY, 4).found).toBe(255);
  });
});
