import { describe, expect, it } from 'vitest';
import { ars, ers, ersTerm, ofEach, type Raw } from '../../../attack/suite/scores.ts';
import type { Measure } from '../../../attack/suite/types.ts';

const order: readonly Measure[] = ['CA+', 'CA-', 'QA+', 'QA-', 'TMA', 'ES:D', 'ES:R', 'LTM', 'GTM', 'GTT'];
const rawOf = (values: readonly number[]): Raw => ofEach((measure) => values[order.indexOf(measure)] as number);

/** RobRank's tables: recall at 1, the ten measures, ERS as printed and ARS as it follows. */
const published = [
  ['CUB Swin ACT', 37.2, [19.9, 35.1, 20.0, 25.9, 0.485, 0.779, 15.4, 13.7, 20.7, 1.4], 38.3, 44.3],
  ['CUB Swin HM', 49.6, [22.7, 36.3, 22.3, 26.0, 0.541, 0.818, 11.4, 9.2, 24.1, 2.0], 37.9, 40.0],
  ['CARS Swin ACT', 56.6, [20.8, 25.0, 21.1, 22.4, 0.41, 0.709, 24.4, 19.8, 26.8, 1.6], 43.3, 45.4],
  ['CARS Swin HM', 78.8, [23.1, 46.0, 23.0, 42.4, 0.753, 0.676, 5.0, 4.4, 19.3, 0.6], 32.4, 30.1],
  ['Fashion N', 87.6, [1.1, 96.8, 0.3, 97.8, 0.99, 1.604, 0.1, 0, 12.6, 0], 4.2, 2.8],
  ['Fashion E', 87.4, [0.7, 96.8, 0.3, 93.3, 0.987, 10.91, 24.0, 0.3, 7.0, 0], -40.1, 6.0],
  ['Fashion C', 87.3, [1.0, 99.5, 0.3, 99.0, 0.986, 1.594, 30.7, 11.6, 13.8, 0], 8.2, 8.5],
  ['Fashion EST N', 76.6, [14.9, 36.1, 20.9, 48.6, 0.966, 0.288, 62.0, 28.0, 20.8, 0], 38.7, 41.4],
  ['Fashion EST C', 75.8, [33.5, 12.5, 40.4, 8.3, 0.66, 0.04, 53.2, 49.6, 53.6, 0.4], 61.6, 66.7],
  ['Fashion ACT N', 78.7, [33.6, 14.6, 38.5, 12.1, 0.259, 0.541, 48.5, 59.5, 60.2, 0.1], 63.3, 66.4],
  ['Fashion ACT E', 78.6, [27.7, 18.6, 38.4, 17.4, 0.477, 9.307, 53.9, 47.8, 49.6, 0], 13.4, 61.1],
] as const;

/** CA-TRIDE's tables: the eight terms of ARS as printed, and ARS. */
const terms = [
  ['CUB ACT', [31.0, 62.9, 30.2, 68.5, 40.3, 34.2, 54.2, 1.0], 40.3],
  ['CUB HM', [31.0, 62.9, 33.2, 69.8, 51.3, 47.9, 78.2, 2.9], 47.2],
  ['CUB CA-TRIDE', [32.6, 68.5, 41.8, 79.2, 61.9, 59.0, 64.8, 5.3], 51.6],
  ['CARS ACT', [36, 68.4, 35, 70.2, 37.6, 35.3, 47.7, 1.6], 41.4],
  ['CARS CA-TRIDE', [36, 81.0, 47.0, 87.5, 64.4, 66.9, 60.8, 13.7], 57.2],
  ['SOP N/A', [0.2, 0.6, 0.3, 0.9, 0, 0, 10.0, 0], 1.5],
  ['SOP HM', [64.0, 96.8, 67.4, 98.0, 83.5, 85.0, 81.0, 45.6], 77.7],
  ['SOP CA-TRIDE', [65.8, 97.1, 71.4, 97.9, 89.4, 93.4, 82.4, 53.1], 81.3],
] as const;

describe('the scores of published rows', () => {
  // The measures are printed with three digits, so the last one of a score is uncertain by one.
  it.each(published)('%s', (_, recallAt1, values, expectedErs, expectedArs) => {
    expect(Math.abs(ers(rawOf(values)) - expectedErs)).toBeLessThanOrEqual(0.1);
    expect(Math.abs(ars(rawOf(values), recallAt1).value - expectedArs)).toBeLessThanOrEqual(0.1);
  });

  it.each(terms)('%s, from its terms', (_, [cap, cam, qap, qam, esr, ltm, gtm, gtt], expected) => {
    const recallAt1 = 40;
    const back = (relative: number): number => (relative * recallAt1) / 100;
    const values = [cap / 2, 100 - cam, qap / 2, 100 - qam, 0, 0, back(esr), back(ltm), back(gtm), gtt];
    const found = ars(rawOf(values), recallAt1);
    expect(Math.abs(found.value - expected)).toBeLessThanOrEqual(0.1);
    found.terms.forEach((term, i) => {
      expect(term).toBeCloseTo([cap, cam, qap, qam, esr, ltm, gtm, gtt][i] as number, 6);
    });
  });
});

describe('the ends of the scales', () => {
  const unmoved = rawOf([50, 0, 50, 0, 0, 0, 100, 100, 100, 100]);

  it('a system that no attack moves scores 100, one that gives way to all 0', () => {
    expect(ers(unmoved)).toBe(100);
    expect(ars(unmoved, 100).value).toBe(100);
    expect(ers(rawOf([0, 100, 0, 100, 1, 2, 0, 0, 0, 0]))).toBe(0);
  });

  it('nothing is clipped', () => {
    expect(ers(rawOf([0, 100, 0, 100, 1, 12, 0, 0, 0, 0]))).toBe(-50);
    expect(ars(unmoved, 50).value).toBeGreaterThan(100);
  });

  it('says so when nothing is found even without an attack', () => {
    const { value, terms: found, defined } = ars(rawOf([50, 0, 50, 0, 0, 0, 3, 3, 3, 100]), 0);
    expect(defined).toBe(false);
    expect(found.slice(4, 7)).toEqual([0, 0, 0]);
    expect(value).toBe(62.5);
  });
});

describe('what a measure adds to ERS', () => {
  it('is 100 for a model that the attack does not move', () => {
    const unmoved = [50, 0, 50, 0, 0, 0, 100, 100, 100, 100];
    expect(order.map((measure, i) => ersTerm(measure, unmoved[i] as number))).toEqual(order.map(() => 100));
  });

  it('is not clipped', () => {
    expect(ersTerm('CA+', 60)).toBe(120);
    expect(ersTerm('ES:D', 10)).toBe(-400);
  });
});
