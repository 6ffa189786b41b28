import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareReports } from '../../../audit/compare.ts';
import { renderComparison } from '../../../audit/html/comparison.ts';
import { renderReport } from '../../../audit/html/page.ts';
import { createRandom } from '../../../base/random.ts';
import { launchBrowser, noBrowser, openPage } from '../../client/console/support/browser.ts';
import { realisticReport } from '../support/report.ts';

describe.skipIf(noBrowser)('the pages of audits in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-page-'));
  const urlOf = (name: string): string => pathToFileURL(join(folder, name)).href;
  let browser: Browser;
  beforeAll(async () => {
    const report = await realisticReport({ states: { converged: 'raised' } });
    const other = await realisticReport({ version: 'emoji-hardened-4', shift: 0.1 });
    writeFileSync(join(folder, 'audit.html'), renderReport(report));
    writeFileSync(
      join(folder, 'comparison.html'),
      renderComparison(compareReports(report, other, createRandom('browser'))),
    );
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['audit.html', 1200, 'light'],
    ['audit.html', 375, 'dark'],
    ['comparison.html', 375, 'light'],
  ] as const)(
    '%s fits %d pixels in %s, opens from a file and complains of nothing',
    async (name, width, colorScheme) => {
      const { page, complaints } = await openPage(browser, urlOf(name), {
        viewport: { width, height: 800 },
        colorScheme,
      });
      const fits = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
      const drawn = await page
        .locator('img')
        .evaluateAll((all) => all.every((img) => img instanceof HTMLImageElement && img.naturalWidth > 0));
      const smallest = await page
        .locator('svg[role=img]')
        .evaluateAll((all) => Math.min(...all.map((svg) => svg.getBoundingClientRect().width)));
      const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      await page.context().close();
      expect({ fits, drawn, complaints }).toEqual({ fits: true, drawn: true, complaints: [] });
      expect(smallest).toBeGreaterThan(100);
      expect(ground).toBe(colorScheme === 'dark' ? 'rgb(14, 20, 19)' : 'rgb(245, 247, 246)');
    },
  );

  it('says to a screen reader what is raised, before the scores', async () => {
    const { page } = await openPage(browser, urlOf('audit.html'));
    const tree = await page.locator('main').ariaSnapshot();
    await page.context().close();
    const places = ['Not to be believed before', 'ERS Empirical robustness score', 'Verdicts', 'rowheader'].map(
      (text) => tree.indexOf(text),
    );
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });
});
