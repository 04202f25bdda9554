/// <reference lib="dom" />
/** The page of this repository's reports, opened from disk. */
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openFile, skipsBrowser } from './browser.ts';
import { expectSound } from './dashboard-browser.ts';

const index = fileURLToPath(new URL('../reports/index.html', import.meta.url));

describe.skipIf(skipsBrowser('the page of reports'))('the page of reports', { timeout: 120_000 }, () => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => browser?.close());

  it('is sound, and leads to each report, which gives the same answer', async () => {
    const { page, complaints } = await openFile(browser, index);
    await expectSound(page, complaints);
    const links = page.locator('li a');
    for (let i = 0; i < (await links.count()); i++) {
      const answer = (await links.nth(i).textContent()) ?? 'none';
      await links.nth(i).click();
      await page.locator('.finding, h1').first().waitFor();
      expect((await page.textContent('body'))?.replaceAll('\u00a0', ' ')).toContain(answer);
      await page.goBack();
    }
    expect(complaints).toEqual([]);
  });
});
