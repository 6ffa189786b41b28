import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../../../audit/html/page.ts';
import { launchBrowser, noBrowser, openPage } from '../../client/console/support/browser.ts';
import { realisticReport } from '../support/report.ts';

describe.skipIf(noBrowser)('the page of a report in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-page-'));
  const file = join(folder, 'audit.html');
  let browser: Browser;
  beforeAll(async () => {
    writeFileSync(file, renderReport(await realisticReport({ states: { converged: 'raised' } })));
    browser = await launchBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    [1200, 'light'],
    [375, 'dark'],
  ] as const)('fits %d pixels in %s, opens from a file and complains of nothing', async (width, colorScheme) => {
    const { page, complaints } = await openPage(browser, pathToFileURL(file).href, {
      viewport: { width, height: 800 },
      colorScheme,
      javaScriptEnabled: true,
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
  });

  it('says to a screen reader what is raised, before the scores', async () => {
    const { page } = await openPage(browser, pathToFileURL(file).href);
    const tree = await page.locator('main').ariaSnapshot();
    await page.context().close();
    const places = ['Not to be believed before', 'ERS Empirical robustness score', 'Verdicts', 'rowheader'].map(
      (text) => tree.indexOf(text),
    );
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });
});
