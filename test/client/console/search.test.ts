import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { png } from '../../server/support/pictures.ts';
import { found } from './support/answers.ts';
import { launchBrowser, noBrowser, openPage } from './support/browser.ts';
import { answerError, type PageServer, startPageServer } from './support/server.ts';

describe.skipIf(noBrowser)('searching on the page', () => {
  let browser: Browser;
  let server: PageServer;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    server = await startPageServer();
    ({ page, complaints } = await openPage(browser, server.url));
  });
  afterEach(async () => {
    await page.context().close();
    await server.close();
  });

  const searches = () => server.asked.filter(({ path }) => path === '/search');
  const sample = (name: string) => page.getByRole('list', { name: /gallery/ }).getByRole('button', { name });
  const cards = () => page.locator('.card');

  it('offers samples of the gallery and searches with the one that is picked', async () => {
    await sample('a bear').click();
    await cards().first().waitFor();
    expect(searches()).toHaveLength(1);
    expect(searches()[0]?.fields).toEqual({ k: '10', robustness: 'margin', include: 'suspicion' });
    expect(searches()[0]?.image).toEqual(await png('bear'));
    expect(await sample('a bear').getAttribute('aria-pressed')).toBe('true');
    expect(await sample('a cat').getAttribute('aria-pressed')).toBe('false');
    expect(await page.getByAltText('The query: a bear').isVisible()).toBe(true);
  });

  it('shows each result with rank, picture, name, distance and robustness', async () => {
    await sample('a bear').click();
    await cards().first().waitFor();
    expect(await cards().allInnerTexts()).toHaveLength(found.results.length);
    const second = cards().nth(1);
    expect(await second.textContent()).toMatch(/^Rank 2a beardistance 0\.200/);
    expect(await second.getByRole('img').getAttribute('alt')).toBe('a bear');
    const badges = await page
      .locator('.card .badge')
      .evaluateAll((all) =>
        all.map((badge) => [badge.className, badge.firstElementChild?.textContent, badge.getAttribute('title')]),
      );
    expect(badges.map(([level, number]) => [level, number])).toEqual([
      ['badge robust', 'ε ∞'],
      ['badge robust', 'ε 7.3'],
      ['badge fair', 'ε 3'],
      ['badge fragile', 'ε 0.5'],
    ]);
    expect(badges[3]?.[2]).toMatch(/^Fragile: .* 0\.5\/255 /);
    expect(await page.locator('#status').textContent()).toBe('4 results from test-1 in 5 ms');
  });

  it.each([
    ['innocent', 0.424, false, /^Suspicion 0\.42 Under small changes .* than that of 42\.4 % of/],
    ['suspect', 0.997, true, /^Suspicion 1\.00 This query looks like an attack: .* 99\.7 % of .* nothing was refused/],
    ['unknown', null, null, /^Suspicion unknown Whether this query is an attack cannot be told/],
  ])('says of an %s query how suspicious it is and what that means', async (level, suspicion, suspicious, words) => {
    const query = { suspicion, suspicious, calibrated: suspicion !== null };
    server.answers['/search'] = (response) => response.json({ ...found, query });
    await sample('a bear').click();
    const note = page.locator('.suspicion');
    await note.waitFor();
    expect(await note.textContent()).toMatch(words);
    expect(await note.locator('.badge').getAttribute('class')).toBe(`badge ${level}`);
  });

  it('says nothing of a query that a server of before says nothing of', async () => {
    await sample('a bear').click();
    await cards().first().waitFor();
    expect(await page.locator('.suspicion').count()).toBe(0);
  });

  it('runs under the strict content security policy without a complaint', async () => {
    await sample('a bear').click();
    await cards().first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('searches with a file that is chosen, and with the same file again', async () => {
    const buffer = await png('mine');
    for (const times of [1, 2]) {
      await page.getByLabel('Choose file').setInputFiles({ name: 'mine.png', mimeType: 'image/png', buffer });
      await expect.poll(() => searches().length).toBe(times);
    }
    expect(searches()[1]?.image).toEqual(buffer);
    expect(await page.getByAltText('The query: mine.png').isVisible()).toBe(true);
  });

  it.each(['drop', 'paste'])('searches with a picture from a %s anywhere on the page', async (kind) => {
    const bytes = [...(await png('given'))];
    await page.evaluate(
      ([type, data]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(data)], 'given.png', { type: 'image/png' }));
        const options = { bubbles: true, cancelable: true };
        document.body.dispatchEvent(
          type === 'drop'
            ? new DragEvent('drop', { ...options, dataTransfer: transfer })
            : new ClipboardEvent('paste', { ...options, clipboardData: transfer }),
        );
      },
      [kind, bytes] as const,
    );
    await cards().first().waitFor();
    expect([...(searches()[0]?.image ?? [])]).toEqual(bytes);
  });

  it('says so when what was dropped is no file', async () => {
    await page.evaluate(() => {
      document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, dataTransfer: new DataTransfer() }));
    });
    expect(await page.locator('#status').textContent()).toBe('That was no picture file.');
    expect(searches()).toEqual([]);
  });

  it('searches on with a result that is pressed', async () => {
    await sample('a bear').click();
    await cards().nth(3).getByRole('button').click();
    await expect.poll(() => searches().length).toBe(2);
    expect(searches()[1]?.image).toEqual(await png('dog'));
  });

  it('asks again when the number of results or the estimate changes', async () => {
    await sample('a bear').click();
    await page.getByRole('combobox', { name: 'Results' }).selectOption('50');
    await page.getByRole('combobox', { name: 'Robustness by' }).selectOption('gradient');
    await expect.poll(() => searches().at(-1)?.fields).toMatchObject({ k: '50', robustness: 'gradient' });
  });

  it('has words for an empty gallery', async () => {
    server.answers['/samples'] = (response) => response.json({ samples: [] });
    server.answers['/search'] = (response) => response.json({ ...found, results: [] });
    await page.reload();
    await page.getByText('The gallery has no pictures yet.').waitFor();
    const buffer = await png('mine');
    await page.getByLabel('Choose file').setInputFiles({ name: 'mine.png', mimeType: 'image/png', buffer });
    await page.getByText('The gallery is empty').waitFor();
  });

  it('shows labels as text, whatever they hold', async () => {
    const [first] = found.results;
    const label = '<img src=x onerror=alert(1)>';
    server.answers['/search'] = (response) => response.json({ ...found, results: [{ ...first, label }] });
    await sample('a bear').click();
    expect(await cards().locator('.name').textContent()).toBe(label);
    expect(complaints).toEqual([]);
  });

  it('shows an error with its code and remedy, and tries again', async () => {
    server.answers['/search'] = (response) => answerError(response, 415, 'IMAGE_TYPE_UNSUPPORTED');
    await sample('a bear').click();
    const alert = page.getByRole('alert');
    await alert.getByText('message of IMAGE_TYPE_UNSUPPORTED').waitFor();
    expect(await alert.textContent()).toMatch(/IMAGE_TYPE_UNSUPPORTEDremedy of IMAGE_TYPE_UNSUPPORTED/);
    server.answers = {};
    await alert.getByRole('button', { name: 'Try again' }).click();
    await cards().first().waitFor();
    expect(await alert.isVisible()).toBe(false);
  });

  it('keeps an answer that came before the samples, and offers to fetch those again', async () => {
    const release: (() => void)[] = [];
    server.answers['/samples'] = (response) => release.push(() => answerError(response, 500, 'INTERNAL'));
    await page.reload();
    const buffer = await png('mine');
    await page.getByLabel('Choose file').setInputFiles({ name: 'mine.png', mimeType: 'image/png', buffer });
    await cards().first().waitFor();
    for (const answer of release) answer();
    await page.getByText('remedy of INTERNAL').waitFor();
    expect(await page.locator('#status').textContent()).toContain('4 results');
    expect(await cards().count()).toBe(4);
    server.answers = {};
    await page.getByRole('button', { name: 'Try again' }).click();
    await sample('a bear').waitFor();
  });
});
