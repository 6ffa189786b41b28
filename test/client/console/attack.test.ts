import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { attacked, found, probed } from './support/answers.ts';
import { launchBrowser, noBrowser, openPage } from './support/browser.ts';
import { answerError, type PageServer, startPageServer } from './support/server.ts';

describe.skipIf(noBrowser)('attacking on the page', () => {
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
    await page.getByRole('button', { name: 'a bear' }).click();
    await page.locator('.card').first().waitFor();
  });
  afterEach(async () => {
    await page.context().close();
    await server.close();
  });

  const probes = () => server.asked.filter(({ path }) => path === '/probes').map(({ fields }) => fields);
  const attackSwitch = () => page.getByRole('checkbox', { name: 'Attack this query' });
  const rows = (title: string) => page.locator('.ranking', { hasText: title }).locator('li');

  const attackBox = (sign: string) => page.getByRole('checkbox', { name: new RegExp(`^${sign.replace('+', '[+]')} `) });
  /** Leaves one attack chosen. */
  const choose = async (sign: string): Promise<void> => {
    await attackBox(sign).check();
    await attackBox('ES').uncheck();
  };

  it('shows no options of an attack before it is switched on', async () => {
    expect(await page.getByText('Largest change of a pixel').isVisible()).toBe(false);
    await attackSwitch().check();
    expect(await page.getByText('Largest change of a pixel 8/255').first().isVisible()).toBe(true);
  });

  it('probes with the query, and shows picture, change and attacked picture with the norms', async () => {
    await attackSwitch().check();
    await page.locator('.trio').waitFor();
    expect(probes()).toEqual([{ attacks: 'es', epsilon: '8', k: '10' }]);
    expect(await page.locator('.trio figcaption').allInnerTexts()).toEqual(['Query', 'Change × 16', 'Attacked']);
    const drawn = page
      .locator('.trio img')
      .evaluateAll((all) => all.map((img) => (img as HTMLImageElement).naturalWidth));
    expect(await drawn).toEqual([1, 1, 1]);
    const norms =
      'Largest change of a pixel 8/255 (allowed: 8/255), Euclidean norm 1.31; 32 steps, 32 runs of the network.';
    expect(await page.getByText(norms).isVisible()).toBe(true);
    expect(await page.getByText('The attack worked: “a cat” (cat) is first now.').isVisible()).toBe(true);
    expect(await page.locator('#status').textContent()).toBe('Attacked test-1 in 1.4 s');
    expect(complaints).toEqual([]);
  });

  it('shows the rankings before and after side by side with what moved', async () => {
    await attackSwitch().check();
    await rows('Before').first().waitFor();
    const movements = (title: string) =>
      rows(title)
        .locator('.movement')
        .evaluateAll((all) => all.map((e) => e.getAttribute('title')));
    expect(await movements('Before')).toEqual(['down 1', 'left the list', 'up 2']);
    expect(await movements('After')).toEqual(['up 2', 'down 1', 'new in the list']);
    expect(await rows('After').first().textContent()).toBe('Rank 1a catdistance 0.100▲ 2up 2');
    const [left, right] = await page
      .locator('.ranking')
      .evaluateAll((all) => all.map((e) => e.getBoundingClientRect().top));
    expect(left).toBe(right);
  });

  it('marks the candidate in the list that has it', async () => {
    const standing = { rank: null, distance: 1.2 };
    const candidate = {
      id: 'dog',
      label: 'a dog',
      thumbnail: '/images/dog',
      before: standing,
      after: { rank: 3, distance: 0.3 },
    };
    server.answers['/probes'] = (response) => response.json(probed({ attack: 'qa+', candidate }));
    await attackSwitch().check();
    await choose('QA+');
    await page.getByText('“a dog” went from outside the list to rank 3').waitFor();
    await expect.poll(() => probes().at(-1)?.attacks).toBe('qa+');
    expect(await page.locator('.ranking .candidate').allInnerTexts()).toHaveLength(1);
    expect(await rows('After').nth(2).textContent()).toMatch(/a dogcandidate/);
  });

  it('shows several attacks side by side and then each by itself, with ranks, norms and runs', async () => {
    const standing = { rank: null, distance: 1.2 };
    const candidate = { ...{ id: 'dog', label: 'a dog', thumbnail: '/images/dog' }, before: standing, after: standing };
    const answer = probed();
    const held = attacked({ attack: 'qa+', success: false, candidate, norms: { linf: 6.5, l2: 0.9 }, queries: 1_300 });
    server.answers['/probes'] = (response) => response.json({ ...answer, attacks: [...answer.attacks, held] });
    await attackSwitch().check();
    await attackBox('QA+').check();
    const table = page.getByRole('table');
    await table.waitFor();
    await expect.poll(() => probes().at(-1)?.attacks).toBe('es,qa+');
    const cells = table
      .locator('tbody tr')
      .evaluateAll((all) => all.map((tr) => [...tr.children].map((e) => e.textContent)));
    expect(await cells).toEqual([
      ['ES', 'worked', '1 → 2', '8/255', '1.31', '32'],
      ['QA+', 'held', 'out → out', '6.5/255', '0.9', '1,300'],
    ]);
    expect(await page.locator('.attacked h3').allInnerTexts()).toEqual(['ES', 'QA+']);
    expect(await page.locator('.verdict').allInnerTexts()).toEqual([
      'The attack worked: “a cat” (cat) is first now.',
      'The search held: “a dog” is still outside the list.',
    ]);
    await table.getByRole('link', { name: 'QA+' }).click();
    const top = () =>
      page
        .locator('.attacked')
        .nth(1)
        .evaluate((section) => section.getBoundingClientRect().top);
    await expect.poll(top).toBeLessThan(900);
    expect(complaints).toEqual([]);
  });

  it('attacks once for several attacks that are chosen in a row', async () => {
    await attackSwitch().check();
    await page.locator('.trio').waitFor();
    for (const sign of ['QA+', 'TMA', 'CA−']) await attackBox(sign).check();
    await expect.poll(() => probes().length).toBe(2);
    expect(probes().map(({ attacks }) => attacks)).toEqual(['es', 'es,qa+,tma,ca-']);
  });

  it('asks for an attack where none is chosen', async () => {
    await attackSwitch().check();
    await page.locator('.trio').waitFor();
    await attackBox('ES').uncheck();
    await page.getByText('Choose an attack, or several.').waitFor();
    expect(await page.locator('#results').getAttribute('aria-busy')).toBe('false');
    expect(probes()).toHaveLength(1);
  });

  it('sends QA− as the server knows it', async () => {
    await attackSwitch().check();
    await choose('QA−');
    await expect.poll(() => probes().at(-1)?.attacks).toBe('qa-');
  });

  it('attacks once for a slider that is dragged, with the strength where it rests', async () => {
    await attackSwitch().check();
    await page.locator('.trio').waitFor();
    const slider = page.getByRole('slider', { name: /Largest change/ });
    await slider.focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
    expect(await page.locator('#epsilon-value').textContent()).toBe('13/255');
    await page.getByText('(allowed: 13/255)').waitFor();
    expect(probes().map(({ epsilon }) => epsilon)).toEqual(['8', '13']);
  });

  it('returns to the search when it is switched off', async () => {
    await attackSwitch().check();
    await page.locator('.rankings').waitFor();
    await attackSwitch().uncheck();
    await page.locator('.card').first().waitFor();
    expect(await page.locator('.rankings').count()).toBe(0);
  });

  it('dims what is shown while the attack runs, and says so', async () => {
    const waiting: (() => void)[] = [];
    server.answers['/probes'] = (response) => waiting.push(() => response.json(probed()));
    await attackSwitch().check();
    const results = page.locator('#results');
    await expect.poll(() => results.getAttribute('aria-busy')).toBe('true');
    expect(await page.locator('#status').textContent()).toBe('Attacking…');
    await expect.poll(() => waiting.length).toBe(1);
    for (const answer of waiting) answer();
    await page.locator('.rankings').waitFor();
    expect(await results.getAttribute('aria-busy')).toBe('false');
  });

  it('hangs up on an attack that nobody waits for any more, and shows the newest answer only', async () => {
    let hungUp = false;
    server.answers['/probes'] = (response) => {
      response.on('close', () => {
        hungUp = !response.writableEnded;
      });
    };
    await attackSwitch().check();
    await expect.poll(() => probes().length).toBe(1);
    await attackSwitch().uncheck();
    await expect.poll(() => hungUp).toBe(true);
    await expect.poll(() => page.locator('#status').textContent()).toContain(`${found.results.length} results`);
    expect(await page.getByRole('alert').isVisible()).toBe(false);
  });

  it('shows what went wrong with an attack', async () => {
    server.answers['/probes'] = (response) => answerError(response, 503, 'OVERLOADED');
    await attackSwitch().check();
    await page.getByRole('alert').getByText('remedy of OVERLOADED').waitFor();
  });
});
