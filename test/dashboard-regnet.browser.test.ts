/// <reference lib="dom" />
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importTrials } from '../packages/dashboard/test/example-store.ts';
import { launchBrowser, skipsBrowser } from './browser.ts';
import { expectSound, openPage, showStore, type ShownStore } from './dashboard-browser.ts';

describe.skipIf(skipsBrowser('the RegNet explorer in a browser'))(
  'the RegNet explorer in a browser',
  { timeout: 120_000 },
  () => {
    let browser: Browser | undefined;
    let shown: ShownStore;

    beforeAll(async () => {
      shown = await showStore();
      await importTrials(shown.store, { 'anynet-a': 5 });
      browser = await launchBrowser();
    }, 120_000);

    afterAll(async () => {
      await browser?.close();
      await shown.close();
    });

    // pycls, dev/model_complexity.json: RegNetY-400MF has 402M flops, 4.3M parameters and 3.9M activations.
    it('makes a published model from its typed parameters, and its address opens the same', async () => {
      const { page, complaints } = await openPage(browser, shown, '/regnet');
      const typed = { d: '16', w0: '48', wa: '27.89', wm: '2.09', g: '8', se: '0.25' };
      for (const [name, value] of Object.entries(typed)) await page.fill(`#knob-${name}-typed`, value);
      const flops = page.locator('[data-measure="flops"]');
      await expect.poll(() => flops.getAttribute('title')).toBe('401,849,056');
      expect(await page.locator('.nearest').textContent()).toBe('RegNetY-400MF');
      expect(await page.locator('.stage-drawing tbody tr').allTextContents()).toHaveLength(4);
      await page.waitForURL(/wa=27\.89/);
      const { page: second } = await openPage(browser, shown, page.url());
      await expect
        .poll(() => second.locator('[data-measure="params"]').getAttribute('title'))
        .toBe('4,344,144');
      await expectSound(page, complaints);
    });

    it('is moved by the keyboard, and says which space it leaves by which rule', async () => {
      const { page } = await openPage(browser, shown, '/regnet?d=13&w0=24&wa=36.44&wm=2.49&g=8');
      const membership = page.locator('section[aria-labelledby="memberships"]');
      await membership.getByText('It belongs to').waitFor();
      expect(await membership.locator('p').textContent()).toContain('regnetx-constrained');
      await page.focus('#knob-d');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('ArrowLeft');
      await expect.poll(() => page.inputValue('#knob-d-typed')).toBe('11');
      const broken = membership.locator('tr', { hasText: /^regnetx-constrained/ });
      await broken.waitFor();
      expect(await broken.textContent()).toContain('depth');
    });

    it('keeps the network while half a number is typed, and says what cannot be', async () => {
      const { page } = await openPage(browser, shown, '/regnet');
      const flops = page.locator('[data-measure="flops"]');
      await flops.waitFor();
      const before = await flops.textContent();
      await page.fill('#knob-wm-typed', '');
      expect(await page.getAttribute('#knob-wm-typed', 'aria-invalid')).toBe('true');
      expect(await flops.textContent()).toBe(before);
      await page.fill('#knob-w0-typed', '50');
      await page.getByText('it must be a positive multiple of 8; use 48 or 56').waitFor();
    });

    it('goes back from a loaded model to the one before, and copies what is shown', async () => {
      const { page } = await openPage(browser, shown, '/regnet?d=20');
      await page.selectOption('.starting select', 'RegNetX-600MF');
      await expect.poll(() => page.inputValue('#knob-d-typed')).toBe('16');
      await page.click('text=timm');
      await page.click('button:has-text("Copy")');
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      expect(copied).toContain('depth=16,');
      expect(copied).toContain('group_size=24,');
      await page.goBack();
      await expect.poll(() => page.inputValue('#knob-d-typed')).toBe('20');
    });

    it('lists its keys, and goes to other pages by them', async () => {
      const { page } = await openPage(browser, shown, '/regnet');
      await page.locator('[data-measure="flops"]').waitFor();
      await page.keyboard.press('?');
      await page.getByRole('heading', { name: 'Keyboard' }).waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('g');
      await page.keyboard.press('s');
      await page.getByRole('link', { name: 'imported' }).waitFor();
    });
  },
);

it('sends less than 250 kB of scripts for any page', () => {
  const folder = new URL('../packages/dashboard/dist/pages/', import.meta.url);
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
  expect(scripts.length).toBeGreaterThan(2);
  const bytes = scripts.map((name) => gzipSync(readFileSync(new URL(name, folder))).length);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(250_000);
});
