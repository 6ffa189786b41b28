import { beforeAll, describe, expect, it } from 'vitest';
import { bootstrapDifference } from '../../attack/metrics/index.ts';
import { type Comparison, compareReports } from '../../audit/compare.ts';
import type { AuditReport } from '../../audit/types.ts';
import { createRandom } from '../../base/random.ts';
import { realisticReport } from './support/report.ts';

const random = createRandom('comparison');

describe('two audits compared', () => {
  let first: AuditReport;
  let second: AuditReport;
  let comparison: Comparison;
  beforeAll(async () => {
    first = await realisticReport();
    second = await realisticReport({ version: 'emoji-hardened-4', shift: 0.2 });
    comparison = compareReports(first, second, random);
  });

  it.each(['CA+', 'TMA', 'ES:D', 'ES:R', 'LTM', 'GTT', 'R@1'] as const)(
    '%s differs as the bootstrap of its pairs says',
    (measure) => {
      const unit = measure === 'TMA' || measure === 'ES:D' ? 1 : 100;
      const twin = bootstrapDifference(second.perQuery[measure], first.perQuery[measure], random.fork('queries'));
      const found = comparison.measures[measure];
      expect(found.value).toBeCloseTo(unit * twin.mean, 9);
      expect(found.low).toBeCloseTo(unit * twin.low, 9);
      expect(found.high).toBeCloseTo(unit * twin.high, 9);
      expect(found.significance).toBe(twin.significance);
    },
  );

  it('sees scores that differ, within their intervals', () => {
    for (const score of ['ers', 'ars'] as const) {
      const { first: one, second: other, value, low, high, significance } = comparison[score];
      expect([one, other]).toEqual([first[score].value, second[score].value]);
      expect(value).toBeCloseTo(other - one, 12);
      expect(low).toBeGreaterThan(0);
      expect(value).toBeGreaterThan(low);
      expect(value).toBeLessThan(high);
      expect(significance).toBeLessThan(0.05);
    }
  });

  it('sees nothing between a model and itself', () => {
    const { ers, ars, measures } = compareReports(first, first, random);
    for (const difference of [ers, ars, measures.GTM])
      expect(difference).toMatchObject({ value: 0, low: 0, high: 0, significance: 1 });
  });

  it('goes by pairs: what every query loses has no interval', () => {
    const lower = first.perQuery.TMA.map((value) => value - 0.25);
    const moved = { ...first, perQuery: { ...first.perQuery, TMA: lower } };
    const { low, high, significance } = compareReports(first, moved, random).measures.TMA;
    expect([low, high]).toEqual([expect.closeTo(-0.25, 9), expect.closeTo(-0.25, 9)]);
    expect(significance).toBe(0.001);
  });

  it('has the other sign the other way round', () => {
    const back = compareReports(second, first, random);
    expect(back.ers.value).toBeCloseTo(-comparison.ers.value, 12);
    expect(back.ers.low).toBeCloseTo(-comparison.ers.high, 9);
    expect(back.ers.significance).toBe(comparison.ers.significance);
  });

  it.each<[string, (report: AuditReport) => AuditReport]>([
    ['data (emoji and cub)', (report) => ({ ...report, data: { ...report.data, name: 'cub' } })],
    ['split (test and validation)', (report) => ({ ...report, data: { ...report.data, split: 'validation' } })],
    ['images (0f0f0f0f0f0f and 1e', (report) => ({ ...report, data: { ...report.data, sha256: '1e'.repeat(32) } })],
    ['profile (rob28 and quick)', (report) => ({ ...report, setting: { ...report.setting, profile: 'quick' } })],
    ['protocol (exact and robrank)', (report) => ({ ...report, setting: { ...report.setting, protocol: 'robrank' } })],
    ['seed (1 and 2)', (report) => ({ ...report, setting: { ...report.setting, seed: 2 } })],
    ['queries', (report) => ({ ...report, queries: report.queries.map((row) => row + 1) })],
    [
      'budget',
      (report) => ({
        ...report,
        setting: { ...report.setting, budget: { ...report.setting.budget, restarts: 2 } },
      }),
    ],
  ])('is refused where the audits differ in %s', (words, change) => {
    expect(() => compareReports(first, change(second), random)).toThrow(
      expect.objectContaining({
        code: 'AUDITS_DIFFER',
        message: expect.stringContaining(`the two audits differ in ${words}`),
      }),
    );
  });

  it('takes a budget that says less for the same, and other devices, models and dates', () => {
    const { epsilon, alpha, steps } = second.setting.budget;
    const setting = { ...second.setting, budget: { epsilon, alpha, steps }, device: 'cuda' };
    const other = { ...second, setting, createdAt: '2026-12-01T00:00:00.000Z' };
    expect(compareReports(first, other, random).ers).toEqual(comparison.ers);
  });
});
