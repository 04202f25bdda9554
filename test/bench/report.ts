/**
 * What does a report cost: seconds to write it, bytes of page, script and data, and how long a browser takes until it is live?
 *
 * Trials of real shape: sampled networks of two spaces with their fits kept, and learning curves of ten epochs. A report is live when its
 * scripts answer and the first picture after that is on the screen; the time is the page's own, from its opening, as the median of five
 * pages in Chromium, each in a fresh context. What the machine could do meanwhile shows in the processor's time beside the seconds.
 *
 * Usage: tsx test/bench/report.ts [--networks 500,10000]
 */
import { makeReport } from '@netspace/report/report';
import { countComplexity } from '@netspace/network/complexity';
import { fitWidths } from '@netspace/network/fit';
import type { Trial } from '@netspace/population/trial';
import { sampleNetworks } from '@netspace/space/sample';
import { parseSpace } from '@netspace/space/space';
import { median } from '@netspace/stats/quantile';
import { random } from '@netspace/stats/random';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../browser.ts';
import { benchInput } from './sampled-networks.ts';

const { values } = parseArgs({ options: { networks: { type: 'string', default: '500,10000' } } });

const epochs = 10;
const openings = 5;

function trialsOf(base: string, count: number): Trial[] {
  const space = parseSpace(
    `name: small-${base}\nextends: ${base}\nstem: { kind: cifar, width: 16 }\nstrides: [1, 2, 2, 2]\n`,
    base,
  );
  const { networks } = sampleNetworks(space, { count, seed: 'report', input: benchInput });
  return networks.map(({ network }, i) => {
    const stream = random(`${base}/${i}`);
    const fit = fitWidths(network);
    const last = 0.08 + 0.02 * fit.fitError + 0.015 * Math.abs(stream.normal());
    const curve = Array.from({ length: epochs }, (_, epoch) => ({
      epoch: epoch + 1,
      trainLoss: 2 * last,
      validationError:
        last + 0.2 * Math.exp(-epoch) * (1 + 0.1 * stream.normal()) - 0.2 * Math.exp(1 - epochs),
    }));
    const error = curve.at(-1)?.validationError ?? 1;
    const complexity = countComplexity(network, benchInput);
    return { space: base, network, ...complexity, status: 'completed', error, curve, fit, seed: i };
  });
}

/** From the opening of the page to the first picture of it being live, in milliseconds. */
async function timeToLive(browser: Browser, file: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < openings; i++) {
    const page = await browser.newPage();
    await page.addInitScript(markLive);
    await page.goto(pathToFileURL(file).href);
    const mark = await page.waitForFunction(() => performance.getEntriesByName('live')[0]?.startTime);
    times.push((await mark.jsonValue()) ?? NaN);
    await page.close();
  }
  return median(times);
}

/** In the page: marks the moment. */
function markLive(): void {
  const observer = new MutationObserver(() => {
    if (document.documentElement.dataset['live'] === undefined) return;
    observer.disconnect();
    // Behind the frame that paints it.
    requestAnimationFrame(() => setTimeout(() => performance.mark('live')));
  });
  observer.observe(document, { subtree: true, attributeFilter: ['data-live'] });
}

function bytesOf(html: string, pattern: RegExp): number {
  return Buffer.byteLength(pattern.exec(html)?.[1] ?? '');
}

const folder = mkdtempSync(join(tmpdir(), 'netspace-bench-report-'));
const browser = await launchBrowser();
const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000)} kB`;
try {
  for (const networks of values.networks.split(',').map(Number)) {
    const trials = ['anynet-c', 'regnetx'].flatMap((base) => trialsOf(base, networks / 2));
    const [started, before] = [performance.now(), process.cpuUsage()];
    const html = await makeReport({ title: `${networks} networks`, trials, input: benchInput });
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(before);
    const file = join(folder, `${networks}.html`);
    writeFileSync(file, html);
    const data = bytesOf(html, /id="data">([^<]*)</);
    const script = bytesOf(html, /<script type="module">([^]*?)<\/script>/);
    const live = await timeToLive(browser, file);
    console.log(
      `${networks} networks: written in ${seconds.toFixed(2)} s (processor ${((user + system) / 1e6).toFixed(2)} s); ${kilobytes(Buffer.byteLength(html))}, of them data ${kilobytes(data)} and script ${kilobytes(script)}; live in ${Math.round(live)} ms`,
    );
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
