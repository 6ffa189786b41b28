import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const executablePath = PLACES.find((place) => place !== undefined && existsSync(place));

/** Whether the page cannot be tested on this machine; the reason is printed once per file. */
export const noBrowser = executablePath === undefined;
if (noBrowser) process.stderr.write('The page is not tested: no Chromium here. Install it, or name it in CHROMIUM.\n');

/** A headless Chromium with a profile of its own. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args: ARGUMENTS });
}

/** A page, and what went wrong on it: uncaught errors, warnings and errors of the console, blocked by policy or not. */
export interface WatchedPage {
  readonly page: Page;
  readonly complaints: string[];
}

/** Opens `url` in a fresh context. Waits at most half a minute for anything. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}
