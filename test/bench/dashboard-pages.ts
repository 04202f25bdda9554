/// <reference lib="dom" />
/** What somebody in front of the dashboard's pages waits for. Times are milliseconds. */
import { performance } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import type { NewTrial, Store } from '@netspace/store/store';
import type { Browser, Page } from 'playwright-core';

/** Until the first contents of a page are painted, in a browser that has nothing of it yet. */
export async function measureFirstPaint(browser: Browser, link: string): Promise<number> {
  const page = await browser.newPage();
  await page.goto(link);
  const paint = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const observer = new PerformanceObserver((list) => {
          const found = list.getEntries().find(({ name }) => name === 'first-contentful-paint');
          if (found) resolve(found.startTime);
        });
        observer.observe({ type: 'paint', buffered: true });
      }),
  );
  await page.close();
  return paint;
}

/** Kilobytes of all scripts that the first page loads by itself, compressed as any proxy would; the server sends them as they are. */
export async function measureScripts(browser: Browser, link: string): Promise<number> {
  const page = await browser.newPage();
  const sizes: Promise<number>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script')
      sizes.push(response.body().then((body) => gzipSync(body).length));
  });
  await page.goto(link);
  // Those that the page fetches once it is there as well; its stream of events never ends.
  await page.waitForTimeout(1000);
  const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  await page.close();
  return total / 1000;
}

/** From a click to the next frame that shows what it did, as the browser's own event timing has it; of each of some clicks. */
export async function measureInteractions(browser: Browser, link: string, sweep: number): Promise<number[]> {
  const page = await browser.newPage();
  await page.goto(new URL(`/sweeps/${sweep}`, link).href);
  await page.locator('.trials tbody tr').first().waitFor({ timeout: 60_000 });
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(globalThis, { times });
    new PerformanceObserver((list) => {
      for (const { duration, name } of list.getEntries())
        if (/^(click|keydown|pointerup)$/.test(name)) times.push(duration);
    }).observe({ type: 'event', buffered: true, durationThreshold: 16 } as PerformanceObserverInit);
  });
  for (const name of ['Error', 'Flops', 'Params', 'Error']) {
    await page.getByRole('button', { name, exact: true }).click();
    await page.waitForTimeout(500);
  }
  await page.getByRole('button', { name: 'After →' }).click();
  await page.waitForTimeout(500);
  await page.keyboard.press('?');
  await page.waitForTimeout(500);
  const times = await page.evaluate(() => (globalThis as unknown as { times: number[] }).times);
  await page.close();
  // Those below the threshold, 16 ms, are not told.
  return times.length === 0 ? [16] : times;
}

/** From the end of a trial in the store to its being counted on an open page; of each of some trials. */
export async function measureShowing(
  browser: Browser,
  link: string,
  { store, trial }: { readonly store: Store; readonly trial: NewTrial },
): Promise<number[]> {
  const count = 5;
  const trials = Array.from({ length: count }, () => trial);
  const plan = JSON.stringify({ seed: 1, spaces: [{ name: trial.space }], data: {}, recipe: {} });
  const { sweep } = await store.addSweep({ name: 'shown', planHash: `shown${Date.now()}`, plan }, trials);
  const page = await browser.newPage();
  await page.goto(new URL(`/sweeps/${sweep.id}`, link).href);
  await page.getByText(`${count} planned`, { exact: true }).waitFor({ timeout: 60_000 });
  const times: number[] = [];
  for (let ended = 1; ended <= count; ended++) {
    const lease = await store.leaseTrial(sweep.id, { owner: 'bench', milliseconds: 60_000 });
    if (!lease) throw new Error('nothing to lease');
    const start = performance.now();
    await store.finishTrial(lease, { status: 'completed', error: 0.5 - ended / 100 });
    await shows(page, `${ended} completed`);
    times.push(performance.now() - start);
  }
  await page.close();
  await store.deleteSweep(sweep.id);
  return times;
}

async function shows(page: Page, text: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.querySelector('.progress')?.textContent?.includes(wanted),
    text,
    { polling: 10, timeout: 60_000 },
  );
}
