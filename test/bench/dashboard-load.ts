/**
 * Does the dashboard keep its promises with 50,000 trials? One table, each figure beside its goal: the API's endpoints, start, first paint,
 * interaction, how soon a trial shows, 100 connections and what memory they take, and what a sweep loses of its speed to two open pages.
 * The dashboard is a process of its own, started by its command.
 *
 * npx tsx --conditions netspace-source bench/dashboard-load.ts (in test) [--parts endpoints,pages,soak,loss] [--trials 50000] [--postgres]
 *   [--store FILE|URL] [--data FOLDER] [--seconds 5] [--soak 600] [--rounds 3] [--networks 8] [--epochs 2] [--images 6000]
 * A SQLite file is filled and removed; with --postgres a new database of a server of its own, or of the one that TEST_DATABASE_URL names.
 * --store takes one that is kept, and fills it where it is empty; --data likewise the folder of a PostgreSQL server, which is started and
 * stopped. --parts '' does no more than that.
 * Wants a machine that does nothing else, and a built repository (npx tsc -b, node packages/dashboard/bundle.mjs).
 */
import { quantile } from '@netspace/stats/quantile';
import { openStore } from '@netspace/store/open';
import { query, startTestPostgres } from '@netspace/store/test-postgres';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { plannedTrial } from '../../packages/dashboard/test/example-store.ts';
import { launchBrowser } from '../browser.ts';
import { askAfterChanges, askByAutocannon, pathsOf, untilReady } from './dashboard-endpoints.ts';
import { measureFirstPaint, measureInteractions, measureScripts, measureShowing } from './dashboard-pages.ts';
import { spawnDashboard, type DashboardProcess } from './dashboard-process.ts';
import { fillStore } from './dashboard-store.ts';
import { cpuSecondsOf, makeBenchPlan, runTimed } from './timed-sweep.ts';

const { values } = parseArgs({
  options: {
    parts: { type: 'string', default: 'endpoints,pages,soak,loss' },
    trials: { type: 'string', default: '50000' },
    store: { type: 'string' },
    data: { type: 'string' },
    seconds: { type: 'string', default: '5' },
    soak: { type: 'string', default: '600' },
    postgres: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    networks: { type: 'string', default: '8' },
    epochs: { type: 'string', default: '2' },
    images: { type: 'string', default: '6000' },
  },
});
const parts = values.parts.split(',');
const connections = 100;
const folder = mkdtempSync(join(tmpdir(), 'netspace-load-'));
const ofPostgres = values.postgres || values.data !== undefined;
const server = ofPostgres ? await startTestPostgres(values.data) : undefined;
const database = values.data === undefined ? server?.newDatabase() : server?.keptDatabase('load');
const location = values.store ?? (await database) ?? join(folder, 'netspace.db');
const store = await openStore(location);
try {
  const [known] = await store.sweeps();
  const sweep = known?.id ?? (await fillStore(store, Number(values.trials)));
  // PostgreSQL does so by itself, within a minute.
  if (!known && ofPostgres) await query(location, 'vacuum analyze');
  if (parts.some((part) => part !== '' && part !== 'loss')) await measureDashboard(sweep);
} finally {
  await store.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}
if (parts.includes('loss')) await measureLoss(Number(values.rounds));

async function measureDashboard(sweep: number): Promise<void> {
  const dashboard = await spawnDashboard(location);
  try {
    tell(`start, with ${values.trials} trials`, dashboard.startTime, 'ms', 1000);
    if (parts.includes('endpoints')) await measureEndpoints(dashboard.link, sweep);
    if (parts.includes('pages')) await measurePages(dashboard.link, sweep);
    if (parts.includes('soak')) await soak(dashboard, sweep, Number(values.soak));
  } finally {
    await dashboard.close();
  }
}

/** A line of the table. */
function tell(what: string, value: number, unit: string, goal: number, more = ''): void {
  const [measured, wanted] = [value, goal].map((each) => `${Number(each.toPrecision(3))} ${unit}`);
  const verdict = value < goal ? 'kept' : 'MISSED';
  process.stdout.write(
    `${what.padEnd(64)}${measured?.padStart(10)}   goal < ${wanted?.padEnd(9)} ${verdict}  ${more}\n`,
  );
}

async function measureEndpoints(link: string, sweep: number): Promise<void> {
  const load = { connections: 1, seconds: Number(values.seconds) };
  for (const path of await pathsOf(store, sweep)) {
    const first = await untilReady(link, path);
    const times = await askByAutocannon(link, [path], load);
    const fresh = await askAfterChanges(link, path, { store, sweep, times: 20 });
    const name = shortened(decodeURIComponent(path));
    tell(
      `p95 of ${name}`,
      quantile(times, 0.95),
      'ms',
      50,
      `first ${first.toFixed(0)} ms, ${times.length} answers`,
    );
    tell('  each after a change in the store', quantile(fresh, 0.95), 'ms', 50);
  }
}

function shortened(path: string): string {
  return path.length > 50 ? `${path.slice(0, 49)}…` : path;
}

async function measurePages(link: string, sweep: number): Promise<void> {
  const browser = await launchBrowser();
  try {
    for (const path of ['/', `/sweeps/${sweep}`, '/compare', '/regnet'])
      tell(`first paint of ${path}`, await measureFirstPaint(browser, new URL(path, link).href), 'ms', 1000);
    tell('JavaScript of the first page, compressed', await measureScripts(browser, link), 'kB', 250);
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
  const paths = (await pathsOf(store, sweep)).filter((path) => !path.includes('sample'));
  for (const path of paths) await untilReady(link, path);
  const held: number[] = [];
  const sampler = setInterval(() => held.push(memory()), Math.max(100, seconds * 10));
  const times = await askByAutocannon(link, paths, { connections, seconds, rate: connections });
  clearInterval(sampler);
  streams.forEach((stream) => stream.destroy());
  const name = `p99 with ${connections} connections for ${seconds} s`;
  tell(name, quantile(times, 0.99), 'ms', 100, `${times.length} answers`);
  // What is filled once, caches and heap, is filled in the first half.
  const [half, last] = [held.slice(0, Math.ceil(held.length / 2)), held.slice(-Math.ceil(held.length / 10))];
  const growth = (Math.max(...last) / Math.max(...half) - 1) * 100;
  const more = `${(Math.max(...last) / 1e6).toFixed(0)} MB at the end`;
  tell('growth of memory behind the first half', growth, '%', 5, more);
}

/**
 * By the wall clock, alternately alone and with two pages of a dashboard open; and by the processor time that the dashboard takes beside that of
 * the trainings, which is told exactly where the wall clock of a machine varies by more than what is looked for.
 */
async function measureLoss(rounds: number): Promise<void> {
  const { networks, epochs, images } = values;
  const plan = makeBenchPlan({ networks: Number(networks), epochs: Number(epochs), images: Number(images) });
  const [alone, watched, shares]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    alone.push((await runTimed(plan, 1)).seconds);
    let taken = NaN;
    const { trials, seconds } = await runTimed(plan, 1, (at) => watch(at, (seen) => (taken = seen)));
    watched.push(seconds);
    shares.push((taken / trials.reduce((sum, trial) => sum + cpuSecondsOf(trial), 0)) * 100);
  }
  const loss = (quantile(watched, 0.5) / quantile(alone, 0.5) - 1) * 100;
  const more = `${quantile(alone, 0.5).toFixed(1)} s alone, ${quantile(watched, 0.5).toFixed(1)} s watched, medians of ${rounds}`;
  tell('loss of a sweep’s speed to two open pages', loss, '%', 2, more);
  tell('the dashboard’s share of the trainings’ processor time', quantile(shares, 0.5), '%', 2);
}

/** `tellTaken` is told at the end how many seconds of a processor the dashboard took since its pages were open. */
async function watch(at: string, tellTaken: (seconds: number) => void): Promise<() => Promise<void>> {
  const dashboard = await spawnDashboard(at);
  const browser = await launchBrowser();
  for (const path of ['/', '/sweeps/1'])
    await (await browser.newPage()).goto(new URL(path, dashboard.link).href);
  const before = dashboard.cpuSeconds();
  return async () => {
    tellTaken(dashboard.cpuSeconds() - before);
    await browser.close();
    await dashboard.close();
  };
}
