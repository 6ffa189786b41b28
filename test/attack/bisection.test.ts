import { describe, expect, it } from 'vitest';
import { bisectionTrials, nextTrial, openTrial, smallestLevel, tolerance } from '../../attack/bisection.ts';

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

describe('the smallest whole level', () => {
  it.each([1, 2, 3, 5, 8, 32])('of up to %i is found for every truth, within its trials', async (most) => {
    for (let truth = 1; truth <= most; truth++) {
      let asked = 0;
      const found = await smallestLevel(most, async (level) => {
        asked += 1;
        return level >= truth;
      });
      expect([truth, found]).toEqual([truth, truth]);
      expect(asked).toBeLessThanOrEqual(bisectionTrials(most));
    }
  });

  it('is none where the most fails, which is asked once', async () => {
    let asked = 0;
    const found = await smallestLevel(8, async () => {
      asked += 1;
      return false;
    });
    expect([found, asked]).toEqual([null, 1]);
  });
});
