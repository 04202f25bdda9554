/// <reference lib="dom" />
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeReport } from '@netspace/report/report';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { input, syntheticSweep } from '../packages/analysis/test/synthetic.ts';
import { launchBrowser, openFile, skipsBrowser } from './browser.ts';

const trials = syntheticSweep(30, 4);
const completed = trials.filter(({ status }) => status === 'completed');

interface Axis {
  readonly domain: [number, number];
  readonly range: [number, number];
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly x: Axis;
  readonly y: Axis;
}

/** On the screen, in pixels. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

describe.skipIf(skipsBrowser('the report in a browser'))(
  'a report opened from disk in a browser',
  { timeout: 90_000 },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'netspace-report-'));
    const file = join(folder, 'report.html');
    let browser: Browser | undefined;

    beforeAll(async () => {
      writeFileSync(file, await makeReport({ title: 'A against X', trials, input }));
      browser = await launchBrowser();
    }, 120_000);

    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true });
    });

    /** It is live, where scripts run. */
    async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
      const opened = await openFile(browser, file, options);
      if (options.javaScriptEnabled !== false) await opened.page.waitForSelector('html[data-live]');
      return opened;
    }

    function pictureOf(page: Page, figure: string): Locator {
      return page.locator(`figure[data-figure="${figure}"] .picture:visible`);
    }

    /** Figures that come into sight are drawn at once, and what lies below them may move when they are. */
    async function restingPlace(picture: Locator): Promise<Box> {
      let before: Box | null = null;
      for (;;) {
        const now: Box | null = await picture.boundingBox();
        if (now !== null && now.y === before?.y && now.height === before.height) return now;
        before = now;
        await picture.page().waitForTimeout(100);
      }
    }

    /** A picture's place on the screen, and what turns its pixels into the screen's. */
    async function placed(
      page: Page,
      figure: string,
    ): Promise<{ frame: Frame; at: (x: number, y: number) => [number, number] }> {
      const picture = pictureOf(page, figure);
      await picture.scrollIntoViewIfNeeded();
      const frame = JSON.parse((await picture.getAttribute('data-frame')) ?? '{}') as Frame;
      const box = await restingPlace(picture.locator('svg'));
      return {
        frame,
        at: (x, y) => [box.x + (x * box.width) / frame.width, box.y + (y * box.height) / frame.height],
      };
    }

    /** Drags from one value of the x axis to another, over the axis' whole height. */
    async function brush(page: Page, figure: string, low: number, high: number): Promise<void> {
      const { frame, at } = await placed(page, figure);
      const x = (value: number): number => {
        const [[start, end], [from, to]] = [frame.x.domain, frame.x.range];
        return from + ((value - start) / (end - start)) * (to - from);
      };
      await page.mouse.move(...at(x(low), Math.max(...frame.y.range) + 2));
      await page.mouse.down();
      await page.mouse.move(...at(x(high), Math.min(...frame.y.range) - 2), { steps: 4 });
      await page.mouse.up();
    }

    function selected(page: Page): Promise<string | null> {
      return page.locator('#selected').textContent();
    }

    it('becomes live under its own policy, without a complaint or a request', async () => {
      const { page, complaints } = await open();
      for (const picture of await page.locator('.picture[data-frame]:visible').all())
        await picture.scrollIntoViewIfNeeded();
      await page.waitForFunction(() =>
        [...document.querySelectorAll<HTMLCanvasElement>('[data-figure=curves] .wide canvas')].every(
          ({ width }) => width > 400,
        ),
      );
      expect(complaints).toEqual([]);
    });

    it('selects by a brush what lies in it, everywhere, and all again by its button', async () => {
      const { page } = await open();
      const errors = completed.map(({ error = 1 }) => error).toSorted((a, b) => a - b);
      const between = (i: number): number => ((errors[i] ?? 0) + (errors[i + 1] ?? 0)) / 2;
      await brush(page, 'edf', between(4), between(19));
      expect(await selected(page)).toBe('15 of 60 selected');
      expect(await page.locator('#trial-table').getAttribute('aria-rowcount')).toBe('16');
      const [first] = await page
        .locator('#trial-table tbody tr:not(.spacer) td:nth-child(3)')
        .allTextContents();
      expect(first).toBe(`${(100 * (errors[5] ?? 0)).toFixed(1)} %`);
      await page.click('[data-reset]');
      expect(await selected(page)).toBe('60 networks');
      expect(await page.locator('#trial-table').getAttribute('aria-rowcount')).toBe('61');
    });

    it('narrows a selection by a second figure', async () => {
      const { page } = await open();
      const depths = completed.map((trial) =>
        trial.network.stages.reduce((sum, { depth }) => sum + depth, 0),
      );
      const depth = await page.locator('figure[data-figure$="-depth"]').getAttribute('data-figure');
      await brush(page, depth ?? '', 4.5, 9.5);
      const shallow = completed.filter((_, i) => (depths[i] ?? 0) >= 5 && (depths[i] ?? 0) <= 9);
      expect(await selected(page)).toBe(`${shallow.length} of 60 selected`);
      await page.fill('#search', 'regnet-x');
      const both = shallow.filter(({ space }) => space === 'regnet-x');
      expect(await selected(page)).toBe(`${both.length} of 60 selected`);
      expect(both.length).toBeLessThan(shallow.length);
    });

    it('tells of a network under the pointer, draws its stages, and lights it in the table', async () => {
      const { page } = await open();
      const best = completed.toSorted((a, b) => (a.error ?? 1) - (b.error ?? 1))[0];
      const { frame, at } = await placed(page, 'edf');
      const [[start, end], [from, to]] = [frame.x.domain, frame.x.range];
      const x = from + (((best?.error ?? 0) - start) / (end - start)) * (to - from);
      const [bottom, top] = frame.y.range;
      await page.mouse.move(...at(x, bottom + (top - bottom) / 30));
      await page.waitForSelector('#trial-table tr.lit', { state: 'attached' });
      const depths = best?.network.stages.map(({ depth }) => depth) ?? [];
      expect(await page.locator('#tooltip .words').textContent()).toMatch(
        new RegExp(`^${depths.join('/')} blocks, `),
      );
      expect(await page.locator('#tooltip rect').count()).toBe(depths.reduce((sum, depth) => sum + depth, 0));
      expect(await page.locator('#trial-table tr.lit th').textContent()).toBe(
        await page.locator('#tooltip b').textContent(),
      );
      await page.mouse.move(2, 2);
      await page.waitForSelector('#trial-table tr.lit', { state: 'detached' });
      expect(await page.locator('#tooltip').isHidden()).toBe(true);
    });

    it('goes from network to network by keys, selects what they pass, and lets it go', async () => {
      const { page } = await open();
      await pictureOf(page, 'edf').focus();
      await page.keyboard.press('ArrowRight');
      const first = await page.locator('#tooltip b').textContent();
      await page.keyboard.press('ArrowRight');
      expect(await page.locator('#tooltip b').textContent()).not.toBe(first);
      await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('Shift+ArrowRight');
      expect(await selected(page)).toMatch(/^[3-5] of 60 selected$/);
      await page.keyboard.press('Escape');
      expect(await selected(page)).toBe('60 networks');
    });

    it('hides a space everywhere when its button is pressed, by keyboard too', async () => {
      const { page } = await open();
      await page.locator('button.space').first().focus();
      await page.keyboard.press('Enter');
      expect(await selected(page)).toBe('30 of 60 selected');
      expect(await page.locator('#widths h3:visible').count()).toBe(1);
      await page.keyboard.press('Enter');
      expect(await selected(page)).toBe('60 networks');
    });

    it('sorts the table by any column, and back, with only the rows in sight in it', async () => {
      const { page } = await open();
      const rows = page.locator('#trial-table tbody tr:not(.spacer)');
      const top = (): Promise<string | null> => rows.first().locator('td').nth(2).textContent();
      const flops = page.locator('#trial-table thead button', { hasText: 'Flops' });
      await flops.click();
      const least = await top();
      await flops.click();
      expect(await page.locator('#trial-table th[aria-sort]').getAttribute('aria-sort')).toBe('descending');
      expect(await top()).not.toBe(least);
      expect(await rows.count()).toBeLessThan(60);
      await page.locator('#trial-rows').evaluate((element) => element.scrollTo(0, 1e6));
      await page.waitForFunction(
        (text) =>
          document.querySelector('#trial-table tbody tr:nth-last-child(2) td:nth-child(4)')?.textContent ===
          text,
        least,
      );
    });

    it.each(['csv', 'json'])('hands out its data as %s', async (format) => {
      const { page } = await open();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.click(`[data-download=${format}]`),
      ]);
      expect(download.suggestedFilename()).toBe(`a-against-x.${format}`);
      const text = readFileSync(await download.path(), 'utf8');
      if (format === 'csv') expect(text.trimEnd().split('\n')).toHaveLength(61);
      else expect(JSON.parse(text).analysis.groups).toHaveLength(2);
    });

    it.each(['svg', 'png', 'csv'])('hands out a figure as %s', async (format) => {
      const { page, complaints } = await open();
      await page.hover('figure[data-figure=edf]');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.click(`figure[data-figure=edf] [data-save=${format}]`),
      ]);
      expect(download.suggestedFilename()).toBe(`a-against-x-edf.${format}`);
      const bytes = readFileSync(await download.path());
      if (format === 'png') expect(bytes.subarray(1, 4).toString()).toBe('PNG');
      else if (format === 'csv') expect(bytes.toString().trimEnd().split('\n')).toHaveLength(61);
      else expect(bytes.toString()).toMatch(/^<svg[^]*network-marks(?![^]*var\(--)/);
      expect(complaints).toEqual([]);
    });

    it('hands out a figure with what is selected strong, the rest pale and hidden spaces left out', async () => {
      const { page, complaints } = await open();
      const marks = async (): Promise<Record<'strong' | 'pale', number>> => {
        const figure = page.locator('figure[data-figure$="-depth"]');
        await figure.hover();
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          figure.locator('[data-save=svg]').click(),
        ]);
        return await page.evaluate(
          (text) => {
            const svg = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
            const count = (among: string): number =>
              [...svg.querySelectorAll(`${among} .network-marks path`)].reduce(
                (sum, path) => sum + (path.getAttribute('d')?.match(/M/g)?.length ?? 0),
                0,
              );
            return { strong: count('') - count('[opacity="0.12"]'), pale: count('[opacity="0.12"]') };
          },
          readFileSync(await download.path(), 'utf8'),
        );
      };
      const all = await marks();
      expect(all.pale).toBe(0);
      const errors = completed.map(({ error = 1 }) => error).toSorted((a, b) => a - b);
      await brush(page, 'edf', ((errors[4] ?? 0) + (errors[5] ?? 0)) / 2, (errors[19] ?? 0) + 1e-6);
      expect(await marks()).toEqual({ strong: 15, pale: all.strong - 15 });
      await page.locator('button.space').first().click();
      const left = await marks();
      expect(left.strong + left.pale).toBeLessThanOrEqual(30);
      expect(left.strong).toBeGreaterThan(0);
      expect(complaints).toEqual([]);
    });

    it('shows pictures where scripts do not run, on a phone narrow ones that fit', async () => {
      const { page } = await open({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
      expect(await page.locator('[data-figure=edf] .narrow svg').isVisible()).toBe(true);
      expect(await page.locator('[data-figure=edf] .wide').isVisible()).toBe(false);
      expect(await page.locator('.live-only:visible').count()).toBe(0);
    });

    it.each([
      { width: 390, javaScriptEnabled: true },
      { width: 390, javaScriptEnabled: false },
      { width: 1280, javaScriptEnabled: true },
    ])('shows the heading that one jumps to below the bar: %j', async ({ width, javaScriptEnabled }) => {
      const { page } = await open({ viewport: { width, height: 844 }, javaScriptEnabled });
      const url = page.url();
      const ids = await page.locator('section[id]').evaluateAll((all) => all.map(({ id }) => id));
      expect(ids.length).toBeGreaterThan(5);
      for (const id of ids) {
        await page.goto(`${url}#${id}`);
        await restingPlace(page.locator(`#${id} h2`).first());
        const heading = await page.locator(`#${id} h2`).first().boundingBox();
        const bar = await page.locator('.toolbar').boundingBox();
        expect(heading?.y, id).toBeGreaterThanOrEqual((bar?.y ?? 0) + (bar?.height ?? 0));
      }
    });

    it.each([390, 1280])('never scrolls sideways in a window of %d pixels', async (width) => {
      const { page } = await open({ viewport: { width, height: 844 } });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    });

    it.each([
      { colorScheme: 'light', width: 1280 },
      { colorScheme: 'dark', width: 1280 },
      { colorScheme: 'light', width: 390 },
      { colorScheme: 'dark', width: 390 },
    ] as const)(
      'gives axe nothing to find in its $colorScheme look at $width pixels, with a selection too',
      async ({ colorScheme, width }) => {
        const { page } = await open({ colorScheme, viewport: { width, height: 844 } });
        await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8'));
        const find = (): Promise<unknown> =>
          page.evaluate(
            'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`))',
          );
        expect(await find()).toEqual([]);
        await page.fill('#search', 'anynet');
        expect(await find()).toEqual([]);
      },
      120_000,
    );

    it('goes to paper light, whatever the screen, with its written pictures', async () => {
      const { page } = await open({ colorScheme: 'dark' });
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor)).toBe(
        'rgb(255, 255, 255)',
      );
      expect(await page.locator('[data-figure=edf] .wide .network-marks').isVisible()).toBe(true);
      expect(await page.locator('[data-figure=edf] canvas:visible').count()).toBe(0);
      expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(20_000);

      // No page of paper is left white for rows that a window would scroll to.
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
      const rows = page.locator('#trial-table tbody tr');
      expect(
        await rows.evaluateAll((all) => all.filter(({ className }) => className === 'spacer').length),
      ).toBe(0);
      expect(await rows.count()).toBeGreaterThan(1);
    });
  },
);
