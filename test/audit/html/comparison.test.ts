import { beforeAll, describe, expect, it } from 'vitest';
import { type Comparison, compareReports } from '../../../audit/compare.ts';
import { renderComparison } from '../../../audit/html/comparison.ts';
import type { AuditReport } from '../../../audit/types.ts';
import { verdictIds } from '../../../audit/verdict-titles.ts';
import { createRandom } from '../../../base/random.ts';
import { realisticReport } from '../support/report.ts';

describe('the page of a comparison', () => {
  let comparison: Comparison;
  let page: string;
  beforeAll(async () => {
    const first = await realisticReport();
    const second = await realisticReport({ version: 'emoji-hardened-4', shift: 0.2 });
    comparison = compareReports(first, second, createRandom('page'));
    page = renderComparison(comparison);
  });
  const doubted = async (): Promise<string> => {
    const second = await realisticReport({ version: '<b>4</b>', states: { converged: 'raised' } });
    return renderComparison(compareReports(comparison.first, second, createRandom('page')));
  };

  it('concludes, then shows the verdicts of both and the scores', () => {
    const places = [
      'emoji-hardened-4 is more robust, by ERS and by ARS.',
      'emoji-hardened-3: All 13 verdicts hold.',
      'emoji-hardened-4: All 13 verdicts hold.',
      '<h3>ERS</h3>',
      '<h3>ARS</h3>',
      'Measure by measure',
    ].map((words) => page.indexOf(words));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('shows each score with difference, interval, significance and whom it favours', () => {
    for (const [name, { first, second, value, low, high }] of [
      ['ERS', comparison.ers],
      ['ARS', comparison.ars],
    ] as const) {
      const [, card = ''] = new RegExp(`<h3>${name}</h3>(.*?)</div>`, 's').exec(page) ?? [];
      expect(card).toContain(`${first.toFixed(1)} → ${second.toFixed(1)}</span><strong>+${value.toFixed(1)}</strong>`);
      expect(card).toContain(`[${low.toFixed(1)}, ${high.toFixed(1)}], p `);
      expect(card).toContain('emoji-hardened-4 is more robust');
    }
  });

  it('draws every measure towards the more robust model', () => {
    const [, label = ''] = /aria-label="ES:D: ([^"]*)"/.exec(page) ?? [];
    expect(comparison.measures['ES:D'].value).toBeLessThan(0);
    expect(label).toMatch(/^\+\d+\.\d points of ERS, from \+.*the second is more robust$/);
    expect(page.match(/class="origin"/g)).toHaveLength(13);
  });

  it('has the curves of both in the same plots, with their figures', () => {
    const { first, second } = comparison;
    for (const curve of ['epsilonCurve', 'stepsCurve'] as const) {
      const lowest = (report: AuditReport): string =>
        (100 * (report.evidence[curve].at(-1)?.recall.worst ?? 0)).toFixed(1);
      expect(page).toContain(
        `leaves ${lowest(first)} % of emoji-hardened-3 and ${lowest(second)} % of emoji-hardened-4.`,
      );
    }
    const [, section = ''] = /id="curves"(.*?)<\/section>/s.exec(page) ?? [];
    expect(section.match(/class="curve"/g)).toHaveLength(2 * 3);
  });

  it('has both states of each verdict, linked to its explanation', () => {
    for (const id of verdictIds) expect(page).toContain(`id="verdict-${id}"><a href="docs/verdicts.md#${id}"`);
    const [, table = ''] = /Verdicts of both(.*)/s.exec(page) ?? [];
    expect(table.match(/class="chip holds"/g)).toHaveLength(26);
  });

  it('doubts both scores where a verdict of either is raised, and takes text for text', async () => {
    const html = await doubted();
    expect(html).toContain('Not to be compared before the verdicts of &lt;b&gt;4&lt;/b&gt; are explained.');
    expect(html.match(/class="score doubtful"/g)).toHaveLength(2);
    expect(html).not.toMatch(/<b>|is more robust<\/span>/);
  });

  it('is one whole page: targets for its links, no id twice, no figure that is none', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
    expect(page).not.toMatch(/NaN|Infinity|undefined|null|<script/);
  });
});
