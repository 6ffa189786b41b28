import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser, noBrowser, openPage } from './support/browser.ts';
import { type PageServer, startPageServer } from './support/server.ts';

describe.skipIf(noBrowser)('a page of a server with keys', () => {
  let browser: Browser;
  let server: PageServer;
  let page: Page;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    server = await startPageServer();
    server.key = 'hf_key';
    ({ page } = await openPage(browser, server.url));
  });
  afterEach(async () => {
    await page.context().close();
    await server.close();
  });

  const enter = async (key: string): Promise<void> => {
    await page.getByLabel('Key').fill(key);
    await page.getByRole('button', { name: 'Use this key' }).click();
  };

  it('asks for one, sends it with everything and shows the pictures', async () => {
    await enter('hf_key');
    const bear = page.getByRole('list', { name: /gallery/ }).getByRole('button', { name: 'a bear' });
    await bear.click();
    await page.locator('.card').first().waitFor();
    expect(server.asked.find(({ path }) => path === '/search')?.authorization).toBe('Bearer hf_key');
    await page.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0));
    expect(await page.locator('.card img').first().getAttribute('src')).toMatch(/^blob:/);
  });

  it('asks again when it was the wrong one, and does not keep it beyond the tab', async () => {
    await enter('hf_wrong');
    await page.getByText('message of KEY_MISSING').waitFor();
    await enter('hf_key');
    await page.getByRole('button', { name: 'a bear' }).waitFor();
    expect(await page.evaluate(() => [localStorage.length, document.cookie])).toEqual([0, '']);
  });
});
