/// <reference lib="dom" />
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawSpacesAsPage, drawSpacesAsSvg } from '@netspace/report/space-picture';
import { findSpace } from '@netspace/space/builtin';
import { readSpace } from '@netspace/space/space';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openFile, skipsBrowser } from './browser.ts';

/** Long words everywhere: eight stages, all rules, a long name and a sentence of three lines. */
const crowded = readSpace(
  {
    name: 'a-space-with-a-rather-long-name-that-says-much-of-what-it-is',
    sentence: `${'Every network of this space has eight stages, and much is said of them: '.repeat(4)}w_{i+1} ≥ w_i.`,
    extends: 'anynet-e',
    stages: 8,
    seRatio: 0.25,
    dimensions: {
      width: { kind: 'log-uniform', low: 512, high: 2048, step: 8 },
      groupWidth: [8, 16, 24, 32, 64],
    },
  },
  'test',
);
const request = {
  samples: 60,
  seed: 1,
  input: { resolution: 224, channels: 3, classes: 1000 },
  window: {},
};

describe.skipIf(skipsBrowser('pictures of spaces in a browser'))('pictures of design spaces', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netspace-spaces-'));
  const html = join(folder, 'spaces.html');
  const alone = join(folder, 'space.html');
  const svg = join(folder, 'spaces.svg');
  let browser: Browser | undefined;

  beforeAll(async () => {
    const spaces = [findSpace('anynet-a'), crowded];
    writeFileSync(html, await drawSpacesAsPage({ ...request, spaces }));
    writeFileSync(alone, await drawSpacesAsPage({ ...request, spaces: [crowded] }));
    writeFileSync(svg, await drawSpacesAsSvg({ ...request, spaces }));
    browser = await launchBrowser();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  it('open from disk without a complaint or a request, and without scripts all the same', async () => {
    const { page, complaints } = await openFile(browser, html);
    expect(await page.locator('figure svg.marks').count()).toBe(3 + 2 * (4 + 3 + 20));
    expect(complaints).toEqual([]);
    const still = await openFile(browser, html, { javaScriptEnabled: false });
    expect(await still.page.locator('figure svg.marks').first().isVisible()).toBe(true);
  });

  it.each([
    ['one space', alone, 'light'],
    ['two spaces', html, 'light'],
    ['two spaces', html, 'dark'],
  ] as const)('give axe nothing to find: %s, %s, %s', async (_which, file, colorScheme) => {
    const { page } = await openFile(browser, file, { colorScheme });
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8'));
    const found: unknown = await page.evaluate(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`))',
    );
    expect(found).toEqual([]);
  });

  it.each([400, 800, 1280])('never scroll sideways in a window of %d pixels', async (width) => {
    const { page } = await openFile(browser, html, { viewport: { width, height: 844 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });

  it('have letters of at least 8 pixels in a window of 400', async () => {
    const { page } = await openFile(browser, html, { viewport: { width: 400, height: 844 } });
    const sizes = await page.locator('figure svg').evaluateAll((pictures) =>
      pictures.flatMap((picture) => {
        const scale = picture.getBoundingClientRect().width / Number(picture.getAttribute('width'));
        const texts = [...picture.querySelectorAll('text')];
        return texts.map((text) => scale * Number.parseFloat(getComputedStyle(text).fontSize));
      }),
    );
    expect(sizes.length).toBeGreaterThan(500);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(8);
  });

  it('are well-formed as SVG, and no text leaves the sheet or meets the text beside it', async () => {
    const { page, complaints } = await openFile(browser, svg);
    expect(await page.evaluate(() => document.querySelectorAll('parsererror').length)).toBe(0);
    expect(complaints).toEqual([]);
    expect(await collisions(page)).toEqual([]);
  });

  it('have another paper and ink in the dark', async () => {
    const paper = async (colorScheme: 'light' | 'dark'): Promise<string> => {
      const { page } = await openFile(browser, html, { colorScheme });
      return page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor);
    };
    expect(await paper('light')).toBe('rgb(255, 255, 255)');
    expect(await paper('dark')).toBe('rgb(20, 24, 28)');
  });
});

/** Texts beyond the sheet's edges, and pairs of texts of which one covers the other. */
function collisions(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const sheet = document.documentElement.getBoundingClientRect();
    const texts = [...document.querySelectorAll('text:not([opacity="0"])')].flatMap((text) => {
      const lines = text.querySelectorAll('tspan');
      return lines.length > 0 ? [...lines] : [text];
    });
    const boxes = texts.map((text) => ({ words: text.textContent ?? '', box: text.getBoundingClientRect() }));
    const beyond = boxes.filter(({ box }) => box.left < 0 || box.right > sheet.width);
    const covered = boxes.flatMap((a, i) =>
      boxes
        .slice(i + 1)
        .filter(
          ({ box }) =>
            // Line boxes are higher than letters: a third of a line may overlap.
            Math.min(a.box.right, box.right) - Math.max(a.box.left, box.left) > 1 &&
            Math.min(a.box.bottom, box.bottom) - Math.max(a.box.top, box.top) > 5,
        )
        .map(({ words }) => `${a.words} | ${words}`),
    );
    return [...beyond.map(({ words }) => words), ...covered];
  });
}
