/// <reference lib="dom" />
/** Each page of the dashboard with much, with nothing, while it waits, and where there is an error: without barriers, in light and dark and on a phone. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importTrials, planSweep, plannedTrial } from '../packages/dashboard/test/example-store.ts';
import { launchBrowser, skipsBrowser } from './browser.ts';
import { expectNoBarriers, findBarriers, openPage, showStore, type ShownStore } from './dashboard-browser.ts';

const hostile = '</script><img src=x onerror=alert(1)> = a name without an end '.repeat(3);

describe.skipIf(skipsBrowser('the states of pages'))('every page', { timeout: 240_000 }, () => {
  let browser: Browser | undefined;
  let [full, empty]: ShownStore[] = [];

  beforeAll(async () => {
    [full, empty] = await Promise.all([showStore({ allowWrite: true }), showStore({ allowWrite: true })]);
    await importTrials(full.store, { a: 30, b: 40 });
    const id = await planSweep(full.store, [3, 2, 1].map(plannedTrial), hostile);
    const terms = { owner: 'host:1', milliseconds: 600_000 };
    const lease = await full.store.leaseTrial(id, terms);
    if (lease) await full.store.finishTrial(lease, { status: 'failed', reason: hostile });
    const second = await full.store.leaseTrial(id, terms);
    if (second) await full.store.recordEpoch(second, { epoch: 1, validationError: 0.5, imagesPerSecond: 9 });
    await full.store.annotateSweep(id, { note: hostile });
    await full.store.annotateSweep(id, { tags: ['a tag', hostile.slice(0, 60)] });
    browser = await launchBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await full?.close();
    await empty?.close();
  });

  function shownOf(shown: ShownStore | undefined): ShownStore {
    if (shown === undefined) throw new Error('the dashboard did not start');
    return shown;
  }

  const compared = new URLSearchParams(
    [
      { sweep: 1, space: 'a' },
      { sweep: 1, where: 'flops > 10k' },
      { sweep: 1, space: 'b' },
    ].map((each) => ['of', JSON.stringify(each)]),
  );

  it.each([
    ['/', 'imported'],
    ['/sweeps/1', 'Error distributions'],
    ['/sweeps/2', 'In training'],
    ['/trials/1', 'Attempts'],
    ['/trials/72', 'Train it again'],
    [`/compare?${compared}`, 'Each against each'],
    ['/regnet', 'It belongs to'],
    ['/spaces/anynet-c', 'points'],
    ['/zoo', 'RegNetX-200MF'],
  ])('%s is sound with something to show', async (address, said) => {
    const { page, complaints } = await openPage(browser, shownOf(full), address);
    await page.getByText(said).first().waitFor({ timeout: 60_000 });
    await page.waitForFunction(() => document.querySelector('.waiting') === null, undefined, {
      timeout: 60_000,
    });
    expect(complaints).toEqual([]);
    await expectNoBarriers(page);
    expect(await page.locator('img').count()).toBe(0);
  });

  it.each([
    ['/', 'There is no sweep in'],
    ['/compare', 'There is no sweep to choose from yet'],
    ['/reports', 'No report lies in the folder'],
    [`/compare?${new URLSearchParams({ of: JSON.stringify({ sweep: 1 }) })}`, 'there is no such sweep'],
    ['/sweeps/1', 'there is no such sweep'],
    ['/trials/1', 'there is no such sweep or trial'],
    ['/spaces/none', 'none'],
    ['/reports/0123456789abcdef01234567/view', 'There is no such report'],
    ['/sweeps/none/such', 'This address names no page'],
  ])('%s says in a sentence that there is nothing, where there is nothing', async (address, said) => {
    const { page } = await openPage(browser, shownOf(empty), address);
    await page.getByText(said).first().waitFor({ timeout: 60_000 });
    expect(await findBarriers(page)).toEqual([]);
  });

  it.each([
    ['/', 'Reading sweeps …'],
    ['/sweeps/1', 'Reading the sweep …'],
    ['/trials/1', 'Reading the trial …'],
    ['/zoo', 'Reading the models …'],
    ['/reports', 'Reading the reports …'],
  ])('%s says what it waits for, and shows it when it comes', async (address, said) => {
    const { page } = await openPage(browser, shownOf(full), '/nowhere');
    let release = (): void => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route(/\/api\/(?!events|about)/, async (route) => {
      await released;
      await route.continue();
    });
    await page.goto(new URL(address, shownOf(full).dashboard.link).href);
    await page.getByText(said).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    release();
    await page.getByText(said).waitFor({ state: 'detached' });
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('a report that lies in the folder is opened, and one that went is said to be gone', async () => {
    const reports = join(shownOf(full).folder, 'reports');
    mkdirSync(reports);
    writeFileSync(
      join(reports, 'mine.html'),
      '<!doctype html><html lang="en"><title>t</title><h1>Mine</h1></html>',
    );
    const other = await showStore({ reports });
    try {
      const { page } = await openPage(browser, other, '/reports');
      await page.getByRole('link', { name: 'mine' }).waitFor();
      await expectNoBarriers(page);
      await page.getByRole('link', { name: 'mine' }).click();
      await page.frameLocator('.open-report iframe').getByText('Mine').waitFor();
      await expectNoBarriers(page);
    } finally {
      await other.close();
    }
  });
});
