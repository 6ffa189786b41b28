import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, noBrowser, openPage } from './support/browser.ts';
import { contrasts } from './support/contrast.ts';
import { answerError, type PageServer, startPageServer } from './support/server.ts';

describe.skipIf(noBrowser)('the look of the page', () => {
  let browser: Browser;
  let server: PageServer;

  beforeAll(async () => {
    [browser, server] = await Promise.all([launchBrowser(), startPageServer()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const search = async (page: Page) => {
    await page.getByRole('button', { name: 'a bear' }).click();
    await page.locator('.card').first().waitFor();
  };
  const attack = async (page: Page) => {
    await page.getByRole('checkbox', { name: 'Attack this query' }).check();
    await page.locator('.rankings').waitFor();
  };

  it.each([360, 820, 1200])('fits a window of %d pixels without scrolling sideways', async (width) => {
    const { page } = await openPage(browser, server.url, { viewport: { width, height: 740 } });
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    await search(page);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await attack(page);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.context().close();
  });

  it.each(['light', 'dark'] as const)(
    'is readable in a %s scheme: text has a contrast of 4.5 at least',
    async (colorScheme) => {
      const { page } = await openPage(browser, server.url, { colorScheme, reducedMotion: 'reduce' });
      await search(page);
      const measured = await contrasts(page);
      await attack(page);
      measured.push(...(await contrasts(page)));
      server.answers['/probes'] = (response) => answerError(response, 503, 'OVERLOADED');
      await page.getByRole('checkbox', { name: 'QA+ ' }).check();
      await page.getByRole('alert').getByText('remedy of OVERLOADED').waitFor();
      server.answers = {};
      measured.push(...(await contrasts(page)));
      expect(measured.length).toBeGreaterThan(50);
      expect(measured.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
      await page.context().close();
    },
  );

  it('has its own colours in the dark', async () => {
    const ground = async (colorScheme: 'light' | 'dark') => {
      const { page } = await openPage(browser, server.url, { colorScheme });
      const colour = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      await page.context().close();
      return colour;
    };
    expect(await ground('dark')).not.toBe(await ground('light'));
  });

  it('is worked by the keyboard alone', async () => {
    const { page } = await openPage(browser, server.url);
    await page.getByRole('button', { name: 'a bear' }).waitFor();
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute('aria-describedby') ?? document.activeElement?.id);
    await page.keyboard.press('Tab');
    expect(await page.getByRole('link', { name: 'Skip to the results' }).boundingBox()).toMatchObject({ x: 8, y: 8 });
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('file-hint');
    const outline = page.locator('label[for=file]').evaluate((label) => getComputedStyle(label).outlineStyle);
    expect(await outline).toBe('solid');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('.card').first().waitFor();
    for (let i = 0; i < 5; i++) await page.keyboard.press('Tab');
    expect(await focused()).toBe('attack');
    await page.keyboard.press('Space');
    await page.locator('.rankings').waitFor();
    await page.context().close();
  });

  it('gives every picture, control and list a name', async () => {
    const { page } = await openPage(browser, server.url);
    await search(page);
    const nameless = () =>
      page.evaluate(() => [
        ...[...document.querySelectorAll('img:not([alt])')].map((e) => e.outerHTML),
        ...[...document.querySelectorAll<HTMLInputElement>('input, select')]
          .filter((e) => !e.labels?.length)
          .map((e) => e.id),
        ...[...document.querySelectorAll('button')]
          .filter((e) => !e.textContent && !e.querySelector('img[alt]:not([alt=""])'))
          .map((e) => e.outerHTML),
      ]);
    expect(await nameless()).toEqual([]);
    await attack(page);
    expect(await nameless()).toEqual([]);
    await page.context().close();
  });

  it('waits for a server that starts, and shows the samples then', async () => {
    server.answers['/samples'] = (response) => {
      response.set('Retry-After', '1');
      answerError(response, 503, 'NOT_READY');
    };
    const { page } = await openPage(browser, server.url);
    await page.getByText('The server is starting…').waitFor();
    expect(await page.getByRole('alert').isVisible()).toBe(false);
    server.answers = {};
    await page.getByRole('button', { name: 'a bear' }).waitFor();
    expect(await page.getByText('The server is starting…').isVisible()).toBe(false);
    await page.context().close();
  });
});
