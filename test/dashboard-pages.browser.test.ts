/// <reference lib="dom" />
/** The pages of the dashboard in front of a sweep that trains tiny networks meanwhile. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importTrials, plannedTrial, planSweep } from '../packages/dashboard/test/example-store.ts';
import { launchBrowser, skipsBrowser } from './browser.ts';
import { expectSound, openPage, showStore, type ShownStore } from './dashboard-browser.ts';

const script = fileURLToPath(new URL('../packages/cli/bin/netspace.mjs', import.meta.url));
const space = `
      extends: anynet-a
      stages: 2
      stem: { kind: simple, width: 8 }
      dimensions: { depth: [1, 2], width: [8, 16, 24], groupWidth: [4, 8], bottleneckRatio: [1, 2] }`;
const plan = `name: watched
seed: 7
spaces:
  - name: first
    networks: 2
    space:${space}
  - name: second
    networks: 2
    space:${space}
data: { name: fashion-mnist-12k, validationShare: 0.2, limit: 1000 }
recipe: { epochs: 2, batchSize: 64 }
`;

describe.skipIf(skipsBrowser('the dashboard in a browser'))(
  'the dashboard in a browser',
  { timeout: 180_000 },
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

    /** Resolves with the exit code. */
    function runSweep(): Promise<number | null> {
      const file = join(shown.folder, 'plan.yaml');
      writeFileSync(file, plan);
      const words = ['run', file, '--store', shown.location, '--workers', '1'];
      const child = spawn(process.execPath, [script, ...words], { stdio: 'ignore' });
      return new Promise((resolve) => child.on('close', resolve));
    }

    it('shows a sweep from its plan to its last trial without being loaded again', async () => {
      const { page, complaints } = await openPage(browser, shown, '/');
      await page.getByText('There is no sweep in').waitFor();
      const ended = runSweep();
      await page.getByRole('link', { name: 'watched' }).click({ timeout: 120_000 });
      await page.getByRole('heading', { name: 'watched' }).waitFor();
      await page.getByText('4 completed', { exact: true }).waitFor({ timeout: 150_000 });
      expect(await ended).toBe(0);
      const edfs = page.locator('section[aria-labelledby="edfs"] tbody tr');
      // Two networks, none of which failed, in each space; the distribution grows up to there.
      const whole = [expect.stringContaining('watched#first20'), expect.stringContaining('watched#second20')];
      await expect.poll(() => edfs.allTextContents(), { timeout: 60_000 }).toEqual(whole);

      const errors = (await shown.store.trials(1)).map(({ error }) => error ?? 1);
      await page.getByRole('button', { name: 'Error' }).click();
      await page.locator('th[aria-sort="ascending"]', { hasText: 'Error' }).waitFor();
      const least = `${(100 * Math.min(...errors)).toFixed(1)} %`;
      const firstRow = page.locator('.trials tbody tr').first();
      await expect.poll(() => firstRow.textContent()).toContain(least);

      await firstRow.getByRole('link').click();
      await page.getByRole('heading', { name: 'Train it again' }).waitFor();
      expect(await page.locator('section[aria-labelledby="again"] pre').textContent()).toContain(
        'netspace train',
      );
      expect(await page.locator('.figures-row').textContent()).toContain(least);
      // Images of 28 pixels, which the sweep's plan does not tell.
      expect(await page.locator('.stage-drawing tbody').textContent()).toContain('of the image’s');
      await page.goBack();
      await page.locator('th[aria-sort="ascending"]', { hasText: 'Error' }).waitFor();
      await expectSound(page, complaints);
    });

    it('filters trials by an expression, and says where one is wrong', async () => {
      const { page } = await openPage(browser, shown, '/sweeps/1');
      await page.getByLabel('Filter trials').fill('space = second');
      await page.keyboard.press('Enter');
      await page.getByText('page 1 of 1, 2 trials').waitFor();
      expect(new URL(page.url()).searchParams.get('where')).toBe('space = second');
      await page.getByLabel('Filter trials').fill('eror < 1');
      await page.keyboard.press('Enter');
      await page.getByText('there is no column "eror"; did you mean error?').waitFor();
      await page.goBack();
      await page.getByText('page 1 of 1, 2 trials').waitFor();
    });

    it('keeps a note and tags as the text that they are', async () => {
      const { page, complaints } = await openPage(browser, shown, '/sweeps/1');
      await page.getByRole('button', { name: 'Add a note or tags' }).click();
      await page.getByLabel('Note').fill('<img src=x onerror=alert(1)>');
      await page.getByLabel('Tags').fill('tiny, first');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.locator('.note-text').waitFor();
      expect(await page.locator('.note-text').textContent()).toBe('<img src=x onerror=alert(1)>');
      expect(complaints).toEqual([]);
    });

    it('compares the spaces that were chosen, whose address opens the same, and hands over a report', async () => {
      const id = await importTrials(shown.store, { a: 30, b: 40 }, 'many');
      const { page, complaints } = await openPage(browser, shown, '/compare');
      await page.getByLabel('Sweep').selectOption('many');
      await page.getByRole('button', { name: 'Add each space' }).click();
      const pair = page.locator('section[aria-labelledby="pairs"] tbody tr');
      await pair.waitFor({ timeout: 60_000 });
      expect(new URL(page.url()).searchParams.getAll('of').map((text) => JSON.parse(text))).toEqual([
        { sweep: id, space: 'a' },
        { sweep: id, space: 'b' },
      ]);
      await page.getByRole('heading', { name: 'Equal flops' }).waitFor({ timeout: 60_000 });
      await page.getByRole('heading', { name: 'Where the best networks lie' }).waitFor();
      const finding = await page.locator('.finding').textContent();
      const { page: second } = await openPage(browser, shown, page.url());
      await expect.poll(() => second.locator('.finding').textContent(), { timeout: 30_000 }).toBe(finding);

      const coming = page.waitForEvent('download', { timeout: 120_000 });
      await page.getByRole('button', { name: 'Report as a file' }).click();
      expect((await coming).suggestedFilename()).toBe('many-a-many-b.html');

      await page.getByRole('button', { name: 'Leave out selection 1' }).click();
      await expect.poll(() => page.locator('.chosen li').allTextContents()).toHaveLength(1);
      await page.goBack();
      await expect.poll(() => page.locator('.chosen li').allTextContents()).toHaveLength(2);
      await expectSound(page, complaints);
    });

    it('hands over a report of what had ended when it was asked for, and none that was made before', async () => {
      const trials = Array.from({ length: 12 }, () => plannedTrial(1));
      const id = await planSweep(shown.store, trials, 'reported');
      const end = async (error: number): Promise<void> => {
        const lease = await shown.store.leaseTrial(id, { owner: 'o', milliseconds: 60_000 });
        if (lease) await shown.store.finishTrial(lease, { status: 'completed', error });
      };
      for (let i = 0; i < 11; i++) await end(0.5 + i / 100);
      const { page } = await openPage(browser, shown, `/sweeps/${id}`);
      const report = async (): Promise<string> => {
        const coming = page.waitForEvent('download', { timeout: 120_000 });
        await page.getByRole('button', { name: 'Report on the sweep as a file' }).click();
        return readFileSync(await (await coming).path(), 'utf8');
      };
      const best = /has 12\.3\s%/;
      expect(await report()).not.toMatch(best);
      await end(0.123);
      expect(await report()).toMatch(best);
    });

    it('tells the size of a space as the paper counts it, samples it, and where a space of one’s own is wrong', async () => {
      const { page, complaints } = await openPage(browser, shown, '/spaces/anynet-b');
      // [DNDS] Table 1: b is shared, so A's (16 · 128 · 3 · 6)^4 becomes (16 · 128 · 6)^4 · 3.
      const points = String((16n * 128n * 6n) ** 4n * 3n);
      const size = page.locator('[data-fact="size"]');
      await expect
        .poll(async () => (await size.textContent())?.replaceAll('\u202f', ''), { timeout: 60_000 })
        .toContain(`${points} points`);
      await page.getByText(/^300 networks of/).waitFor({ timeout: 60_000 });
      await page.locator('section[aria-labelledby="rules"]').getByText('shared-bottleneck-ratio').waitFor();
      await expectSound(page, complaints);

      await page.getByLabel('A space of your own').fill('extends: anynet-a\ndimensions:\n  deph: [1, 2]\n');
      await page.getByRole('button', { name: 'Show it' }).click();
      await page
        .getByText('space.yaml:3:3: dimensions.deph: unknown key deph; did you mean depth?')
        .waitFor({ timeout: 30_000 });
      await page.goBack();
      await size.waitFor();
    });

    it('opens a report in a frame that can reach nothing of the dashboard', async () => {
      const reports = join(shown.folder, 'reports');
      mkdirSync(reports);
      const body = `<h1>Answer</h1><script>
        try { parent.document.title; document.title = 'inside'; } catch { document.querySelector('h1').textContent = 'shut out'; }
      </script>`;
      writeFileSync(
        join(reports, 'mine.html'),
        `<!doctype html><html lang="en"><title>t</title>${body}</html>`,
      );
      const other = await showStore({ reports });
      try {
        const { page } = await openPage(browser, other, '/reports');
        await page.getByRole('link', { name: 'mine' }).click();
        await page.frameLocator('.open-report iframe').getByText('shut out').waitFor();
        await page.goBack();
        await page.getByRole('link', { name: 'mine' }).waitFor();
      } finally {
        await other.close();
      }
    });

    it('says so when the dashboard has ended, and keeps what it showed', async () => {
      const other = await showStore();
      await importTrials(other.store, { a: 3 });
      const { page } = await openPage(browser, other, '/');
      await page.getByRole('link', { name: 'imported' }).waitFor();
      await other.close();
      await page.getByText('connection lost').waitFor();
      await page.getByRole('link', { name: 'imported' }).waitFor();
    });
  },
);
