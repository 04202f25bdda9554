/// <reference lib="dom" />
/** A dashboard and a browser in front of it, for tests that click what a person clicks. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { startDashboard, type Dashboard, type DashboardOptions } from '@netspace/dashboard/dashboard';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { makeStore, type ExampleStore } from '../packages/dashboard/test/example-store.ts';

export interface ShownStore extends ExampleStore {
  readonly dashboard: Dashboard;
  close(): Promise<void>;
}

export async function showStore(options: Partial<DashboardOptions> = {}): Promise<ShownStore> {
  const example = await makeStore();
  const dashboard = await startOn(example, options);
  const close = async (): Promise<void> => {
    await dashboard.close();
    await example.remove();
  };
  return { ...example, dashboard, close };
}

export function startOn(
  { store, location }: ExampleStore,
  options: Partial<DashboardOptions> = {},
): Promise<Dashboard> {
  return startDashboard({
    store,
    storeLocation: location,
    host: '127.0.0.1',
    port: 0,
    log: () => {},
    ...options,
  });
}

/** What the page complains of, and what it asks of elsewhere, is gathered in `complaints`. */
export async function openPage(
  browser: Browser | undefined,
  shown: ShownStore,
  address: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  if (browser === undefined) throw new Error('the browser did not start');
  const context = await browser.newContext({
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(shown.dashboard.link) && !/^(blob|data):/.test(url))
      complaints.push(`requested ${url}`);
  });
  await page.goto(new URL(address, shown.dashboard.link).href);
  return { page, complaints };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong, in words. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as {
      axe: {
        run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[]; passes: unknown[] }>;
      };
    };
    const { violations, passes } = await checker.run();
    if (passes.length === 0) return ['axe looked at nothing'];
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

/** Neither complaints nor barriers, in light and dark. */
export async function expectSound(page: Page, complaints: readonly string[]): Promise<void> {
  // Before axe, which tries to make a function of a text.
  expect(complaints).toEqual([]);
  await expectNoBarriers(page);
}

/** In light and dark, in a wide window and on a phone, where nothing is wider than it. */
export async function expectNoBarriers(page: Page): Promise<void> {
  const usual = page.viewportSize() ?? { width: 1280, height: 720 };
  for (const size of [usual, { width: 390, height: 844 }]) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await findBarriers(page), `${page.url()}, ${size.width} wide, ${colorScheme}`).toEqual([]);
    }
  }
  await page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth);
  await page.setViewportSize(usual);
}
