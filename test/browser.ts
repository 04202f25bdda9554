/** Chromium for tests of pages: where it is, and pages that gather what they complain of. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const offline = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** True where there is no browser, and none must be: `what` is then said to be skipped. */
export function skipsBrowser(what: string): boolean {
  if (existsSync(executablePath) || process.env['CI'] === 'true') return false;
  console.warn(`skipped: ${what}; there is no ${executablePath} (install chromium, or set CHROMIUM)`);
  return true;
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args: [...quiet, ...offline] });
}

/** A file's page whose complaints, requests to elsewhere included, are gathered in `complaints`. */
export async function openFile(
  browser: Browser | undefined,
  file: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  if (browser === undefined) throw new Error('the browser did not start');
  const page = await browser.newPage(options);
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!/^(file|blob|data):/.test(request.url())) complaints.push(`requested ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  return { page, complaints };
}
