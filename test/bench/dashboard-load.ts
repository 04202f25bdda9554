/**
 * Does the dashboard stay quick with 50,000 trials? For each endpoint the time that 95 of 100 answers stay below, and the longest time that the event
 * loop stood still; then 100 connections for events with requests beside them, and what memory that takes.
 *
 * npx tsx --conditions netspace-source bench/dashboard-load.ts (in test) [--trials 50000] [--seconds 5] [--soak 60] [--store URL]
 * Without --store a SQLite file is filled and removed; with it, a database of PostgreSQL that may be filled.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { startDashboard } from '@netspace/dashboard/dashboard';
import { findSpace } from '@netspace/space/builtin';
import { sampleNetworks } from '@netspace/space/sample';
import { openStore } from '@netspace/store/open';
import type { Store } from '@netspace/store/store';
import type { Trial } from '@netspace/population/trial';
import { random } from '@netspace/stats/random';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '5' },
    soak: { type: 'string', default: '60' },
    store: { type: 'string' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'netspace-load-'));
const location = values.store ?? join(folder, 'netspace.db');
const store = await openStore(location);
try {
  const sweep = await fill(store, Number(values.trials));
  const dashboard = await startDashboard({
    store,
    storeLocation: location,
    host: '127.0.0.1',
    port: 0,
    log: (line) => void process.stderr.write(`${line}\n`),
  });
  await measureAll(dashboard.link, sweep);
  await soak(dashboard.link, Number(values.soak));
  await dashboard.close();
  await store.deleteSweep(sweep);
} finally {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Trials of two spaces with a curve of ten epochs each; a fiftieth failed. */
async function fill(into: Store, count: number): Promise<number> {
  const input = { resolution: 32, channels: 3, classes: 10 };
  const stream = random('dashboard-load');
  const drawn = ['regnetx', 'anynet-a'].flatMap((space) =>
    sampleNetworks(findSpace(space), { count: 500, seed: 1, input }).networks.map((each) => ({
      space,
      ...each,
    })),
  );
  const trials = Array.from({ length: count }, (_, i): Trial => {
    const { space, network, complexity, generator } = drawn[i % drawn.length] ?? drawn[0] ?? never();
    const failed = i % 50 === 0;
    const error = 0.1 + 0.5 * stream.next();
    return {
      space,
      network,
      ...complexity,
      ...(generator && { generator: { ...generator } }),
      status: failed ? 'failed' : 'completed',
      ...(failed ? { reason: 'out of memory' } : { error }),
      recipe: { epochs: 10, learningRate: 0.1 },
      seed: i,
      curve: Array.from({ length: 10 }, (__, epoch) => ({
        epoch: epoch + 1,
        trainLoss: 2,
        validationError: error,
      })),
    };
  });
  const plan = JSON.stringify({ import: { file: 'load', input } });
  const { sweep } = await into.importSweep({ name: 'load', planHash: `load${Date.now()}`, plan }, trials);
  return sweep.id;
}

function never(): never {
  throw new Error('no network was drawn');
}

async function measureAll(link: string, sweep: number): Promise<void> {
  const selection = encodeURIComponent(JSON.stringify({ sweep }));
  const paths = [
    '/',
    '/api/sweeps',
    `/api/sweeps/${sweep}`,
    `/api/sweeps/${sweep}/trials`,
    `/api/sweeps/${sweep}/trials?order=error&offset=20000`,
    `/api/edfs?selection=${selection}`,
    '/api/spaces',
    '/api/zoo',
  ];
  for (const path of paths) {
    const first = await timed(link, path);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const times: number[] = [];
    const end = performance.now() + Number(values.seconds) * 1000;
    while (performance.now() < end) times.push(await timed(link, path));
    delay.disable();
    times.sort((a, b) => a - b);
    const figures = [first, times[Math.floor(times.length * 0.95)] ?? NaN, delay.max / 1e6].map((each) =>
      each.toFixed(1),
    );
    process.stdout.write(
      `${path}: first ${figures[0]} ms, p95 ${figures[1]} ms of ${times.length}, event loop at most ${figures[2]} ms\n`,
    );
  }
}

async function timed(link: string, path: string): Promise<number> {
  const start = performance.now();
  const answer = await fetch(new URL(path, link));
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return performance.now() - start;
}

async function soak(link: string, seconds: number): Promise<void> {
  const before = process.memoryUsage().rss;
  const requests = Array.from({ length: 100 }, () =>
    get(new URL('/api/events', link), (answer) => answer.resume()),
  );
  requests.forEach((request) => request.on('error', () => {}));
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) await timed(link, '/api/sweeps');
  const grown = (process.memoryUsage().rss - before) / 1e6;
  process.stdout.write(`100 connections for ${seconds} s: ${grown.toFixed(0)} MB more\n`);
  requests.forEach((request) => request.destroy());
}
