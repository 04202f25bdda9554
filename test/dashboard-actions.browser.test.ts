/// <reference lib="dom" />
/** What may be changed from a page, and a page whose dashboard goes away and comes back. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importTrials, planSweep, plannedTrial } from '../packages/dashboard/test/example-store.ts';
import { launchBrowser, skipsBrowser } from './browser.ts';
import { expectSound, openPage, showStore, startOn, type ShownStore } from './dashboard-browser.ts';

const script = fileURLToPath(new URL('../packages/cli/bin/netspace.mjs', import.meta.url));

describe.skipIf(skipsBrowser('what pages change'))(
  'a page that may change the store',
  { timeout: 120_000 },
  () => {
    let browser: Browser | undefined;
    let shown: ShownStore;

    beforeAll(async () => {
      shown = await showStore({ allowWrite: true });
      browser = await launchBrowser();
    }, 120_000);

    afterAll(async () => {
      await browser?.close();
      await shown.close();
    });

    /** Three trials, of which one has failed and one is in training. */
    async function makeSweep(name: string): Promise<number> {
      const id = await planSweep(shown.store, [3, 2, 1].map(plannedTrial), name);
      const terms = { owner: 'host:1', milliseconds: 600_000 };
      const lease = await shown.store.leaseTrial(id, terms);
      if (lease)
        await shown.store.finishTrial(lease, { status: 'failed', reason: 'out of memory\nthe second line' });
      await shown.store.leaseTrial(id, terms);
      return id;
    }

    const countsOf = async (id: number) => (await shown.store.findSweep(`#${id}`)).counts;

    it('plans failed trials again at a click', async () => {
      const id = await makeSweep('again');
      const { page, complaints } = await openPage(browser, shown, `/sweeps/${id}`);
      await page.getByText('1 trial failed: out of memory').click();
      await page.getByText('the second line').waitFor();
      await page.getByRole('button', { name: 'Retry failed and cancelled' }).click();
      await page.getByText('1 trial planned again.').waitFor();
      await page.getByText('1 in training, 2 planned').waitFor();
      expect(await countsOf(id)).toMatchObject({ failed: 0, planned: 2, leased: 1 });
      await expectSound(page, complaints);
    });

    it('cancels what has not ended when it is told so twice, and not before', async () => {
      const id = await makeSweep('ended early');
      const { page, complaints } = await openPage(browser, shown, `/sweeps/${id}`);
      const cancel = page.getByRole('button', { name: 'Cancel …' });
      await cancel.click();
      await page.getByText('Cancel 2 trials that have not ended?').waitFor();
      await expectSound(page, complaints);
      await page.getByRole('button', { name: 'No', exact: true }).click();
      expect(await countsOf(id)).toMatchObject({ cancelled: 0 });
      await cancel.click();
      // By keyboard: the answer has the focus.
      await page.keyboard.press('Enter');
      await page.getByText('2 trials cancelled.').waitFor();
      await page.getByText('1 failed, 2 cancelled').waitFor();
      expect(await countsOf(id)).toMatchObject({ failed: 1, cancelled: 2 });
      expect(await cancel.isDisabled()).toBe(true);
    });

    it('deletes a sweep when it is told so twice, but none that is being trained', async () => {
      const id = await makeSweep('unwanted');
      const { page } = await openPage(browser, shown, '/');
      await page.getByRole('link', { name: 'unwanted' }).click();
      const remove = async (): Promise<void> => {
        await page.getByRole('button', { name: 'Delete …' }).click();
        await page.getByRole('button', { name: 'Yes, delete' }).click();
      };
      await remove();
      await page.getByText('1 trial of the sweep are being trained; cancel it first').waitFor();
      expect(await countsOf(id)).toMatchObject({ leased: 1 });
      await shown.store.cancelTrials(id);
      await page.getByText('1 failed, 2 cancelled').waitFor();
      await remove();
      await page.getByRole('heading', { name: 'Sweeps' }).waitFor();
      await expect.poll(() => page.getByRole('link', { name: 'unwanted' }).count()).toBe(0);
      expect((await shown.store.sweeps()).map((sweep) => sweep.id)).not.toContain(id);
      await page.goBack();
      await page.getByText('there is no such sweep or trial').waitFor();
    });

    it('refuses to plan imported trials again, in the words of the command', async () => {
      const id = await importTrials(shown.store, { a: 5 }, 'from elsewhere');
      const { stderr, status } = spawnSync(
        process.execPath,
        [script, 'retry', 'from elsewhere', '--store', shown.location],
        { encoding: 'utf8' },
      );
      expect(status).toBe(2);
      const { page } = await openPage(browser, shown, `/sweeps/${id}`);
      await page.getByRole('button', { name: 'Retry failed and cancelled' }).click();
      const told = page.getByRole('group', { name: 'Change the sweep' }).getByRole('status');
      await told.getByText('was imported').waitFor();
      expect(stderr).toContain(await told.textContent());
      expect(await countsOf(id)).toMatchObject({ failed: 1, planned: 0 });
    });

    it('offers nothing of the kind where the dashboard only shows', async () => {
      const id = await makeSweep('only looked at');
      const other = await startOn(shown);
      try {
        const { page } = await openPage(browser, { ...shown, dashboard: other }, `/sweeps/${id}`);
        await page.getByText('1 failed, 1 in training, 1 planned').waitFor();
        await page.getByText('read only').waitFor();
        expect(await page.getByRole('button', { name: /Delete|Cancel|Retry|note/ }).count()).toBe(0);
      } finally {
        await other.close();
      }
    });

    it('goes on when its dashboard comes back, says how long it was away, and has missed nothing', async () => {
      const id = await planSweep(shown.store, [2, 1].map(plannedTrial), 'while away');
      const first = await startOn(shown);
      const { page } = await openPage(browser, { ...shown, dashboard: first }, `/sweeps/${id}`);
      await page.getByText('2 planned', { exact: true }).waitFor();
      await first.close();
      await page.getByText('connection lost').waitFor();
      const lease = await shown.store.leaseTrial(id, { owner: 'o', milliseconds: 600_000 });
      if (lease) await shown.store.finishTrial(lease, { status: 'completed', error: 0.125 });
      const second = await startOn(shown, { port: Number(new URL(first.link).port) });
      try {
        await page.getByText(/^live again, was away for \d+ (s|min)$/).waitFor();
        await page.getByText('1 completed, 1 planned', { exact: true }).waitFor();
        const edfs = page.locator('section[aria-labelledby="edfs"] tbody tr');
        await expect.poll(() => edfs.first().textContent(), { timeout: 30_000 }).toContain('12.5 %');
        // And it is as live as before.
        const next = await shown.store.leaseTrial(id, { owner: 'o', milliseconds: 600_000 });
        if (next) await shown.store.finishTrial(next, { status: 'completed', error: 0.25 });
        await page.getByText('2 completed', { exact: true }).waitFor();
        expect(await page.getByRole('alert').count()).toBe(0);
      } finally {
        await second.close();
      }
    });
  },
);
