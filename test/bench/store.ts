/**
 * How long does a store of many trials take to answer, on SQLite and on PostgreSQL? A plan of 100,000 sampled networks is stored and
 * leased from; 50,000 trials with curves of ten epochs are listed, filtered and counted. SQLite is the baseline of the last column.
 *
 * Usage: tsx test/bench/store.ts [--trials 50000] [--plan 100000] [--rounds 100]; TEST_DATABASE_URL names a server, else one is started.
 */
import { openStore } from '@netspace/store/open';
import type { Store, TrialQuery } from '@netspace/store/store';
import { startTestPostgres } from '@netspace/store/test-postgres';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { planMany, trainedTrials } from './stored-sweeps.ts';

const { values: options } = parseArgs({
  options: {
    trials: { type: 'string', default: '50000' },
    plan: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '100' },
  },
});
const rounds = Number(options.rounds);

/** Milliseconds. */
type Times = Readonly<Record<string, number>>;

const goals: Times = {
  'plan sampled and stored': 30_000,
  'lease p50': 20,
  'lease p95': 20,
  status: 100,
  'trials --limit 50': 100,
};

async function time(run: () => Promise<unknown> | unknown): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** The least of the times below which lie this share of them. */
function quantile(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.ceil(share * times.length) - 1] ?? NaN;
}

async function repeat(run: () => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await time(run));
  return times;
}

async function median(run: () => Promise<unknown>): Promise<number> {
  return quantile(await repeat(run), 0.5);
}

/** What a slot does for its next trial: it asks whether there is one, and leases it. */
async function leaseNext(store: Store, sweepId: number): Promise<void> {
  await store.hasWork(sweepId);
  await store.leaseTrial(sweepId, { owner: 'bench', milliseconds: 60_000 });
}

async function measure(location: string): Promise<Times> {
  const store = await openStore(location);
  try {
    let planned: ReturnType<typeof planMany> = [];
    const sampling = await time(() => {
      planned = planMany(Number(options.plan));
    });
    const add = (planHash: string) => store.addSweep({ name: planHash, planHash, plan: '{}' }, planned);
    const storing = await time(() => add('aaaaaa'));
    const { id } = await store.findSweep('aaaaaa');
    const trained = trainedTrials(planned.slice(0, Number(options.trials)));
    const sweep = { name: 'bbbbbb', planHash: 'bbbbbb', plan: '{}' };
    const importing = await time(() => store.importSweep(sweep, trained));
    const ended = (await store.findSweep('bbbbbb')).id;
    const leases = await repeat(() => leaseNext(store, id));
    const list = (query: TrialQuery) =>
      median(async () => {
        await store.countMatches(ended, query);
        await store.trials(ended, { limit: 50, ...query });
      });
    return {
      'plan sampled and stored': sampling + storing,
      'import with curves': importing,
      'lease p50': quantile(leases, 0.5),
      'lease p95': quantile(leases, 0.95),
      status: await median(() => store.sweeps()),
      'trials --limit 50': await list({}),
      'trials --sort error': await list({ sort: 'error' }),
      'trials --where "error < 0.1 and depth > 12" --sort -flops': await list({
        where: 'error < 0.1 and depth > 12',
        sort: '-flops',
      }),
      'trials --where "learningRate < 0.2"': await list({ where: 'learningRate < 0.2' }),
    };
  } finally {
    await store.close();
  }
}

function print(what: string, sqlite: number, postgres: number | undefined): void {
  const shown = (value: number | undefined) =>
    (value === undefined ? '–' : `${value.toFixed(1)} ms`).padStart(14);
  const ratio = postgres === undefined ? '' : `  ${(postgres / sqlite).toFixed(1)} x SQLite`;
  const goal = goals[what] === undefined ? '' : `  goal below ${goals[what]} ms`;
  console.log(`${what.padEnd(58)}${shown(sqlite)}${shown(postgres)}${ratio}${goal}`);
}

const folder = mkdtempSync(join(tmpdir(), 'netspace-bench-store-'));
const server = await startTestPostgres();
try {
  const sqlite = await measure(join(folder, 'netspace.db'));
  const postgres = server && (await measure(await server.newDatabase()));
  console.log(
    `${'of a store with as many trials'.padEnd(58)}${'SQLite'.padStart(14)}${'PostgreSQL'.padStart(14)}`,
  );
  for (const [what, milliseconds] of Object.entries(sqlite)) print(what, milliseconds, postgres?.[what]);
} finally {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}
