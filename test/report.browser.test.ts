/// <reference lib="dom" />
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeReport } from '@netspace/report/report';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { input, syntheticSweep } from '../packages/analysis/test/synthetic.ts';
import { launchBrowser, openFile, skipsBrowser } from './browser.ts';

const dots = '[data-chart=edf] .mark-symbol.role-mark path';

function count(page: Page, selector: string): Promise<number> {
  return page.locator(selector).count();
}

describe.skipIf(skipsBrowser('the report in a browser'))('a report opened from disk in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netspace-report-'));
  const file = join(folder, 'report.html');
  let browser: Browser | undefined;

  beforeAll(async () => {
    writeFileSync(file, await makeReport({ title: 'A against X', trials: syntheticSweep(10, 4), input }));
    browser = await launchBrowser();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  /** Its charts are live, where scripts run. */
  async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
    const opened = await openFile(browser, file, options);
    if (options.javaScriptEnabled !== false) await opened.page.waitForSelector('[data-chart=edf][data-live]');
    return opened;
  }

  /** Of the paper and of a line of the EDF chart. */
  async function colors(colorScheme: 'light' | 'dark'): Promise<string[]> {
    const { page } = await open({ colorScheme });
    const line = page.locator('[data-chart=edf] .mark-line path').first();
    return [
      await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor),
      await line.evaluate((path) => getComputedStyle(path).stroke),
    ];
  }

  it('draws its charts live under its own policy, without a complaint or a request', async () => {
    const { page, complaints } = await open();
    const figures = await count(page, '[data-chart]');
    for (let i = 0; i < figures; i++) await page.locator('[data-chart]').nth(i).scrollIntoViewIfNeeded();
    await page.waitForFunction((all) => document.querySelectorAll('[data-live]').length === all, figures);
    expect(await count(page, dots)).toBe(20);
    expect(complaints).toEqual([]);
  });

  it('tells of a network under the pointer, and lights it in the table and the other charts', async () => {
    const { page } = await open();
    await page.locator(dots).first().hover({ force: true });
    await page.waitForSelector('#trial-table tr.lit', { state: 'attached' });
    const name = await page.locator('#tooltip b').textContent();
    expect(await page.locator('#trial-table tr.lit th').textContent()).toBe(name);
    expect(await page.locator('#tooltip .words').textContent()).toMatch(/^[\d/]+ blocks, [\d/]+ wide/);
    await page.mouse.move(2, 2);
    await page.waitForSelector('#trial-table tr.lit', { state: 'detached' });
    expect(await page.locator('#tooltip').isHidden()).toBe(true);
  });

  it('hides a space everywhere when its button is pressed, by keyboard too', async () => {
    const { page } = await open();
    await page.locator('button.space').first().focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction((selector) => document.querySelectorAll(selector).length === 10, dots);
    expect(await page.locator('#trial-table tbody tr:visible').count()).toBe(10);
    await page.keyboard.press('Enter');
    await page.waitForFunction((selector) => document.querySelectorAll(selector).length === 20, dots);
  });

  it('sorts the table by any column, and back', async () => {
    const { page } = await open();
    const flops = (): Promise<number[]> =>
      page
        .locator('#trial-table tbody td:nth-child(4)')
        .evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute('data-value'))));
    const ascending = (await flops()).toSorted((a, b) => a - b);
    await page.getByRole('button', { name: 'Flops' }).click();
    expect(await flops()).toEqual(ascending);
    await page.getByRole('button', { name: 'Flops' }).click();
    expect(await flops()).toEqual(ascending.toReversed());
  });

  it.each(['csv', 'json'])('hands out its data as %s', async (format) => {
    const { page } = await open();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click(`[data-download=${format}]`),
    ]);
    expect(download.suggestedFilename()).toBe(`a-against-x.${format}`);
    const text = readFileSync(await download.path(), 'utf8');
    if (format === 'csv') expect(text.trimEnd().split('\r\n')).toHaveLength(21);
    else expect(JSON.parse(text).analysis.groups).toHaveLength(2);
  });

  it('shows pictures where scripts do not run, on a phone narrow ones that fit', async () => {
    const { page } = await open({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
    expect(await page.locator('[data-chart=edf] .narrow svg').isVisible()).toBe(true);
    expect(await page.locator('[data-chart=edf] .wide').isVisible()).toBe(false);
    expect(await page.locator('.toolbar').isVisible()).toBe(false);
  });

  it.each([390, 1280])('never scrolls sideways in a window of %d pixels', async (width) => {
    const { page } = await open({ viewport: { width, height: 844 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });

  it('has another paper and ink in the dark, in its charts too', async () => {
    const [light, dark] = [await colors('light'), await colors('dark')];
    expect(light[0]).toBe('rgb(255, 255, 255)');
    expect(dark[0]).not.toBe(light[0]);
    expect(dark[1]).not.toBe(light[1]);
    expect(dark[1]).toMatch(/^rgb/);
  });

  it.each(['light', 'dark'] as const)('gives axe nothing to find in its %s look', async (colorScheme) => {
    const { page } = await open({ colorScheme });
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8'));
    const found: unknown = await page.evaluate(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`))',
    );
    expect(found).toEqual([]);
  });

  it('goes to paper light, whatever the screen', async () => {
    const { page } = await open({ colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(20_000);
  });
});
