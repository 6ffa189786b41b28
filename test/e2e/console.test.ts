import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../server/start.ts';
import { launchBrowser, noBrowser, openPage } from '../client/console/support/browser.ts';
import { png } from '../server/support/pictures.ts';
import { startTestServer, type TestFolder, testFolder } from '../server/support/start.ts';

describe.skipIf(noBrowser)('the page and a whole server', () => {
  let folder: TestFolder;
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    folder = testFolder('test-1');
    [server, browser] = await Promise.all([startTestServer(folder.data), launchBrowser()]);
    ({ page, complaints } = await openPage(browser, server.url));
    page.setDefaultTimeout(20_000);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    folder?.remove();
  });

  const card = (rank: number) => page.locator('.card').nth(rank - 1);

  it('a sample finds itself, at no distance', async () => {
    await page.getByRole('button', { name: 'drawing 4', exact: true }).click();
    await card(10).waitFor();
    expect(await card(1).textContent()).toMatch(/^Rank 1drawing 4distance 0\.000ε /);
    // The gallery is too small for it to be told.
    expect(await page.locator('.suspicion').textContent()).toContain('Suspicion unknown');
  });

  it('every picture on the page loads', async () => {
    const loaded = () =>
      page
        .locator('img')
        .evaluateAll((all) => all.every((img) => img instanceof HTMLImageElement && img.naturalWidth > 0));
    await expect.poll(loaded).toBe(true);
  });

  it('a file from the disk finds its like in the gallery', async () => {
    const buffer = await png(7);
    await page.getByLabel('Choose file').setInputFiles({ name: 'seven.png', mimeType: 'image/png', buffer });
    await expect.poll(() => card(1).textContent()).toMatch(/^Rank 1drawing 7distance 0\.000/);
  });

  it('robustness by gradient has badges of its own', async () => {
    await page.getByRole('combobox', { name: 'Robustness by' }).selectOption('gradient');
    await expect
      .poll(() => card(1).locator('.badge').getAttribute('title'), { timeout: 20_000 })
      .toMatch(/estimated by gradient|whole gallery/);
  });

  it.each([
    ['ES move', /^(The attack worked|The search held): /],
    ['QA+', /“drawing \d+” (went from|is still) (rank|outside)/],
    ['QA−', /“drawing 7” (went from|is still) rank 1/],
  ])('%s attacks the query, within the strength that is set', async (name, words) => {
    await page.getByRole('checkbox', { name: 'Attack this query' }).check();
    await page.getByRole('checkbox', { name }).check();
    for (const other of ['ES move', 'QA+', 'QA−'].filter((one) => one !== name))
      await page.getByRole('checkbox', { name: other }).uncheck();
    await expect.poll(() => page.locator('.verdict').textContent(), { timeout: 20_000 }).toMatch(words);
    expect(await page.locator('.ranking li').count()).toBe(20);
    const [, linf] = /pixel ([\d.]+)\/255/.exec((await page.locator('#results .hint').textContent()) ?? '') ?? [];
    expect(Number(linf)).toBeGreaterThan(0);
    expect(Number(linf)).toBeLessThanOrEqual(8);
  });

  it('an attack without strength changes nothing', async () => {
    await page.getByRole('slider').fill('0');
    await page.getByText('Largest change of a pixel 0/255 (allowed: 0/255)').waitFor({ timeout: 20_000 });
    const marks = page
      .locator('.ranking .movement')
      .evaluateAll((all) => all.map((mark) => mark.getAttribute('title')));
    expect(new Set(await marks)).toEqual(new Set(['stayed']));
  });

  it('a file that is no picture is refused in words', async () => {
    await page
      .getByLabel('Choose file')
      .setInputFiles({ name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('dear reader') });
    await page.getByRole('alert').getByText('IMAGE_TYPE_UNSUPPORTED').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('Send a JPEG, PNG or WebP image.');
  });

  it('nothing was complained of but the answer that refused the file', () => {
    expect(complaints.filter((text) => !/status of 4(15|22)/.test(text))).toEqual([]);
  });
});
