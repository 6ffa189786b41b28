import { describe, expect, it } from 'vitest';
import {
  calibrate,
  FALSE_POSITIVES,
  LEAST_MOVEMENT,
  LEAST_PICTURES,
  statisticOf,
  suspicionOf,
  thresholdOf,
} from '../../../attack/suspicion/calibration.ts';
import { transformations } from '../../../attack/suspicion/transformations/index.ts';
import { createRandom } from '../../../base/random.ts';
import { mean } from '../../../base/statistics.ts';

const random = createRandom('suspicion');
const USUAL = [0.01, 0.2, 0.05, 0.1, 0.05];
/** Long tails, and transformations that go together, as in a gallery. */
const innocent = (): number[] => {
  const own = Math.exp(random.normal());
  return USUAL.map((usual) => usual * own * Math.exp(0.5 * random.normal()));
};

describe('suspicion', () => {
  it('calls one innocent query in a hundred suspicious, whatever the distribution', () => {
    const rates = Array.from({ length: 40 }, () => {
      const calibration = calibrate(Array.from({ length: 299 }, innocent));
      return mean(Array.from({ length: 300 }, () => (suspicionOf(innocent(), calibration).suspicious ? 1 : 0)));
    });
    expect(mean(rates)).toBeGreaterThan(FALSE_POSITIVES / 2);
    expect(mean(rates)).toBeLessThan(FALSE_POSITIVES * 1.5);
  });

  it('is spread evenly over innocent queries', () => {
    const calibration = calibrate(Array.from({ length: 999 }, innocent));
    const values = Array.from({ length: 2000 }, () => suspicionOf(innocent(), calibration).value);
    for (const bound of [0.25, 0.5, 0.75]) {
      expect(Math.abs(mean(values.map((value) => (value < bound ? 1 : 0))) - bound)).toBeLessThan(0.05);
    }
  });

  it('grows with the movement, from 0 to nearly 1', () => {
    const calibration = calibrate(Array.from({ length: 499 }, innocent));
    expect(suspicionOf([0, 0, 0, 0, 0], calibration)).toEqual({ value: 0, suspicious: false });
    const { value, suspicious } = suspicionOf([9, 9, 9, 9, 9], calibration);
    expect([value, suspicious]).toEqual([1 - 1 / 500, true]);
    const sizes = [0.1, 0.5, 1, 2, 4].map((size) =>
      suspicionOf(
        USUAL.map((usual) => usual * size),
        calibration,
      ),
    );
    expect(sizes.map((one) => one.value)).toEqual(sizes.map((one) => one.value).sort((a, b) => a - b));
  });

  it('weighs transformations by what is usual under each', () => {
    const calibration = calibrate(Array.from({ length: 999 }, innocent));
    const usual = calibration.centres.map((centre) => Math.exp(centre) - LEAST_MOVEMENT);
    expect(statisticOf(usual, calibration)).toBeCloseTo(0, 9);
    transformations.forEach(({ weight }, i) => {
      const farther = usual.map((value, j) => {
        return i === j ? (value + LEAST_MOVEMENT) * Math.exp(calibration.spreads[i] as number) - LEAST_MOVEMENT : value;
      });
      expect(statisticOf(farther, calibration)).toBeCloseTo(weight, 9);
    });
    expect(transformations.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  });

  it('has a threshold above which everything is suspicious, and nothing below', () => {
    for (const count of [99, 150, 199, 1024]) {
      const calibration = calibrate(Array.from({ length: count }, innocent));
      const threshold = thresholdOf(calibration);
      for (let i = 0; i < 500; i++) {
        const movements = innocent().map((value) => value * 3);
        const above = statisticOf(movements, calibration) > threshold;
        expect(suspicionOf(movements, calibration).suspicious).toBe(above);
      }
    }
  });

  it('survives a transformation that moves nothing', () => {
    const calibration = calibrate(Array.from({ length: 99 }, () => [0, 0, 0, 0, 0]));
    expect(suspicionOf([0, 0, 0, 0, 0], calibration)).toEqual({ value: 0, suspicious: false });
    expect(suspicionOf([0, 0.5, 0, 0, 0], calibration).suspicious).toBe(true);
  });

  it('needs pictures enough for one in a hundred', () => {
    expect(LEAST_PICTURES).toBe(99);
    expect(() => calibrate(Array.from({ length: 98 }, innocent))).toThrow('98 pictures; 99 are needed');
  });
});
