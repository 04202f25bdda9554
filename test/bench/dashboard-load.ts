/**
 * Does the dashboard keep its promises with 50,000 trials? One table, each figure beside its goal: the API's endpoints, start, first paint,
 * interaction, how soon a trial shows, 100 connections and what memory they take, and what a sweep loses of its speed to two open pages.
 * The dashboard is a process of its own, started by its command.
 *
 * npx tsx --conditions netspace-source bench/dashboard-load.ts (in test) [--trials 50000] [--seconds 5] [--soak 600] [--postgres]
 *   [--rounds 3] [--networks 8] [--epochs 2] [--images 6000]
 * A SQLite file is filled and removed; with --postgres a new database of a server of its own, or of the one that TEST_DATABASE_URL names.
 * --soak 0 and --rounds 0 leave these parts out. Wants a machine that does nothing else, and a built repository (npx tsc -b).
 */
import { quantile } from '@netspace/stats/quantile';
import { openStore } from '@netspace/store/open';
import { startTestPostgres } from '@netspace/store/test-postgres';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { plannedTrial } from '../../packages/dashboard/test/example-store.ts';
import { launchBrowser } from '../browser.ts';
import { measureFirstPaint, measureInteractions, measureShowing } from './dashboard-pages.ts';
import { spawnDashboard, type DashboardProcess } from './dashboard-process.ts';
import { fillStore } from './dashboard-store.ts';
import { makeBenchPlan, runTimed } from './timed-sweep.ts';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '5' },
    soak: { type: 'string', default: '600' },
    postgres: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    networks: { type: 'string', default: '8' },
    epochs: { type: 'string', default: '2' },
    images: { type: 'string', default: '6000' },
  },
});
const connections = 100;
const folder = mkdtempSync(join(tmpdir(), 'netspace-load-'));
const server = values.postgres ? await startTestPostgres() : undefined;
const location = (await server?.newDatabase()) ?? join(folder, 'netspace.db');
const store = await openStore(location);
try {
  const sweep = await fillStore(store, Number(values.trials));
  const dashboard = await spawnDashboard(location);
  try {
    tell(`start, with ${values.trials} trials`, dashboard.startTime, 'ms', 1000);
    await measureEndpoints(dashboard.link, sweep);
    await measurePages(dashboard.link, sweep);
    if (Number(values.soak) > 0) await soak(dashboard, sweep, Number(values.soak));
  } finally {
    await dashboard.close();
  }
  await store.deleteSweep(sweep);
} finally {
  await store.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}
if (Number(values.rounds) > 0) await measureLoss(Number(values.rounds));

/** A line of the table. */
function tell(what: string, value: number, unit: string, goal: number, more = ''): void {
  const [measured, wanted] = [value, goal].map((each) => `${Number(each.toPrecision(3))} ${unit}`);
  const verdict = value < goal ? 'kept' : 'MISSED';
  process.stdout.write(
    `${what.padEnd(64)}${measured?.padStart(10)}   goal < ${wanted?.padEnd(9)} ${verdict}  ${more}\n`,
  );
}

async function measureEndpoints(link: string, sweep: number): Promise<void> {
  for (const path of await pathsOf(sweep)) {
    const first = await untilReady(link, path);
    const times: number[] = [];
    const end = performance.now() + Number(values.seconds) * 1000;
    while (performance.now() < end) times.push(await timed(link, path));
    const more = `first ${first.toFixed(0)} ms, ${times.length} answers`;
    tell(`p95 of ${shortened(decodeURIComponent(path))}`, quantile(times, 0.95), 'ms', 50, more);
  }
}

/** Milliseconds to the first answer that is no promise: what takes long is computed in threads, and kept until the trials change. */
async function untilReady(link: string, path: string): Promise<number> {
  const start = performance.now();
  while ((await (await fetch(new URL(path, link))).text()).startsWith('{"state":"computing"'))
    await pause(50);
  return performance.now() - start;
}

function shortened(path: string): string {
  return path.length > 50 ? `${path.slice(0, 49)}…` : path;
}

async function pathsOf(sweep: number): Promise<string[]> {
  const [trial] = await store.trials(sweep, { limit: 1 });
  const selections = ['regnetx', 'anynet-a'].map((space) => JSON.stringify({ sweep, space }));
  const both = new URLSearchParams(selections.map((text) => ['selection', text]));
  const filter = new URLSearchParams({ where: 'error < 0.2 and depth > 12', order: 'flops' });
  const trials = `/api/sweeps/${sweep}/trials`;
  return [
    '/',
    '/api/about',
    '/api/openapi.json',
    '/api/sweeps',
    `/api/sweeps/${sweep}`,
    trials,
    `${trials}?order=error&descending=true&offset=20000`,
    `${trials}?${filter}`,
    `/api/trials/${trial?.id}`,
    `/api/edfs?${both}`,
    `/api/comparison?${both}`,
    `/api/analysis?${both}`,
    `/api/sweeps/${sweep}/analysis`,
    '/api/spaces',
    '/api/spaces/regnetx',
    '/api/spaces/regnetx/count',
    '/api/spaces/regnetx/sample?n=100&seed=1',
    '/api/zoo',
    '/api/reports',
  ];
}

async function timed(link: string, path: string, agent?: Agent): Promise<number> {
  const start = performance.now();
  await new Promise<void>((resolve, reject) => {
    get(new URL(path, link), { ...(agent && { agent }) }, (answer) => {
      answer.resume();
      answer.on('error', reject);
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`${path}: ${answer.statusCode}`)),
      );
    }).on('error', reject);
  });
  return performance.now() - start;
}

async function measurePages(link: string, sweep: number): Promise<void> {
  const browser = await launchBrowser();
  try {
    for (const path of ['/', `/sweeps/${sweep}`, '/compare', '/regnet'])
      tell(`first paint of ${path}`, await measureFirstPaint(browser, new URL(path, link).href), 'ms', 1000);
    const interactions = await measureInteractions(browser, link, sweep);
    tell('interaction, the longest', Math.max(...interactions), 'ms', 100);
    const showing = await measureShowing(browser, link, { store, trial: plannedTrial(1) });
    tell('until a trial that ended shows, the longest', Math.max(...showing), 'ms', 1000);
  } finally {
    await browser.close();
  }
}

/** Each connection asks once a second, as pages of a busy sweep do, and as many more are told of events. */
async function soak({ link, memory }: DashboardProcess, sweep: number, seconds: number): Promise<void> {
  const streams = Array.from({ length: connections }, () =>
    get(new URL('/api/events', link), (answer) => answer.resume()).on('error', () => {}),
  );
  const paths = (await pathsOf(sweep)).filter((path) => !path.includes('sample'));
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const [start, times, held]: [number, number[], number[]] = [performance.now(), [], []];
  const passed = (): number => (performance.now() - start) / 1000;
  const sampler = setInterval(() => held.push(memory()), Math.max(100, seconds * 10));
  const ask = async (i: number): Promise<void> => {
    await pause(10 * i);
    for (let k = i; passed() < seconds; k++) {
      times.push(await timed(link, paths[k % paths.length] ?? '/', agent));
      await pause(1000);
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, i) => ask(i)));
  clearInterval(sampler);
  streams.forEach((stream) => stream.destroy());
  agent.destroy();
  tell(
    `p99 with ${connections} connections for ${seconds} s`,
    quantile(times, 0.99),
    'ms',
    100,
    `${times.length} answers`,
  );
  // What is filled once, caches and heap, is filled in the first half.
  const [half, last] = [held.slice(0, Math.ceil(held.length / 2)), held.slice(-Math.ceil(held.length / 10))];
  const growth = (Math.max(...last) / Math.max(...half) - 1) * 100;
  tell(
    'growth of memory behind the first half',
    growth,
    '%',
    5,
    `${(Math.max(...last) / 1e6).toFixed(0)} MB at the end`,
  );
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** By the wall clock: alternately alone, and with two pages of a dashboard open. */
async function measureLoss(rounds: number): Promise<void> {
  const { networks, epochs, images } = values;
  const plan = makeBenchPlan({ networks: Number(networks), epochs: Number(epochs), images: Number(images) });
  const [alone, watched]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    alone.push((await runTimed(plan, 1)).seconds);
    watched.push((await runTimed(plan, 1, watch)).seconds);
  }
  const loss = (quantile(watched, 0.5) / quantile(alone, 0.5) - 1) * 100;
  const more = `${quantile(alone, 0.5).toFixed(1)} s alone, ${quantile(watched, 0.5).toFixed(1)} s watched, medians of ${rounds}`;
  tell('loss of a sweep’s speed to two open pages', loss, '%', 2, more);
}

async function watch(at: string): Promise<() => Promise<void>> {
  const dashboard = await spawnDashboard(at);
  const browser = await launchBrowser();
  for (const path of ['/', '/sweeps/1'])
    await (await browser.newPage()).goto(new URL(path, dashboard.link).href);
  return async () => {
    await browser.close();
    await dashboard.close();
  };
}
