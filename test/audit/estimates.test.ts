import { describe, expect, it } from 'vitest';
import { ars, ers, ofEach } from '../../attack/suite/scores.ts';
import type { PerQuery } from '../../attack/suite/types.ts';
import { drawScores, estimates } from '../../audit/estimates.ts';
import { createRandom } from '../../base/random.ts';

const QUERIES = 40;

function perQuery(value: (measure: string, query: number) => number): PerQuery {
  const list = (measure: string): number[] => Array.from({ length: QUERIES }, (_, query) => value(measure, query));
  return { ...ofEach(list), 'R@1': list('R@1') };
}

describe('the estimates of an audit', () => {
  it('have no width where all queries are alike', () => {
    const {
      measures,
      ers: score,
      ars: relative,
    } = estimates(
      perQuery((measure) => (measure === 'R@1' ? 1 : 0.5)),
      'exact',
      8,
      createRandom(1),
    );
    expect(measures['CA+']).toEqual({ value: 50, low: 50, high: 50 });
    expect(measures.TMA).toEqual({ value: 0.5, low: 0.5, high: 0.5 });
    const raw = ofEach((measure) => (measure === 'TMA' || measure === 'ES:D' ? 0.5 : 50));
    expect([score.value, score.low, score.high]).toEqual([ers(raw), ers(raw), ers(raw)]);
    expect(relative.value).toBe(ars(raw, 100).value);
  });

  it('lie around the value, the wider the more queries differ', () => {
    const width = (share: number): number => {
      const { ars: score } = estimates(
        perQuery((measure, query) => (measure === 'R@1' ? 1 : Number(query % 10 < 10 * share))),
        'exact',
        8,
        createRandom(1),
      );
      expect(score.low).toBeLessThanOrEqual(score.value);
      expect(score.high).toBeGreaterThanOrEqual(score.value);
      return score.high - score.low;
    };
    expect(width(0.5)).toBeGreaterThan(width(0.1));
    expect(width(0.1)).toBeGreaterThan(0);
  });

  it('draw the same queries for all measures of a score', () => {
    const draws = drawScores(
      perQuery((_, query) => query % 2),
      createRandom(1),
    );
    expect([...draws.measures['R@1']]).toEqual([...draws.measures.GTT]);
  });

  it('leave out queries that do not count', () => {
    const { measures } = estimates(
      perQuery((_, query) => (query < 10 ? Number.NaN : 1)),
      'exact',
      8,
      createRandom(1),
    );
    expect(measures.LTM).toEqual({ value: 100, low: 100, high: 100 });
  });
});
