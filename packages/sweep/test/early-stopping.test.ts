import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '@netspace/store/sqlite';
import type { Store } from '@netspace/store/store';
import type { HalvingRule, StopRule } from '@netspace/train/stop-rule';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { settleRungs } from '../early-stopping.ts';
import type { SweepEvent } from '../sweep-event.ts';
import type { SupervisorOptions } from '../supervision.ts';
import { supervise } from '../supervisor.ts';
import { addFakeSweep, checkBuild, fakeWorker, readTable, type FakeTrial } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-stopping-'));
let files = 0;
let file: string;
let store: Store;
const epochs = 10;

beforeAll(checkBuild);
beforeEach(async () => {
  file = join(folder, `store-${files++}.db`);
  store = await openSqliteStore(file);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(
  trials: readonly FakeTrial[],
  rule: StopRule | undefined,
  options: Partial<SupervisorOptions> = {},
) {
  const into = await openSqliteStore(join(folder, `run-${files++}.db`));
  try {
    const sweep = await addFakeSweep(into, trials, { epochs, ...(rule && { earlyStopping: rule }) });
    const ended = await supervise(into, sweep, {
      workers: 2,
      workerEntry: fakeWorker,
      checkpoints: `${into.location}.checkpoints`,
      ...options,
    });
    expect(existsSync(`${into.location}.checkpoints`)).toBe(false);
    return { sweep: ended.sweep, table: await readTable(into, sweep), trials: await into.trials(sweep.id) };
  } finally {
    await into.close();
  }
}

/** What the fake worker's trials come to at each epoch when nobody stops them: [trial][epoch - 1]. */
async function wholeErrors(trials: readonly FakeTrial[]): Promise<number[][]> {
  const { table } = await run(trials, undefined, { workers: 4 });
  return table.map((line) => {
    const { curve }: { curve: { validationError: number }[] } = JSON.parse(line);
    return curve.map(({ validationError }) => validationError);
  });
}

/** Tells epochs that are trained from those that a checkpoint brings, which come with events as well. */
function newEpochs(): (event: Extract<SweepEvent, { kind: 'epoch' }>) => boolean {
  const known = new Set<string>();
  return ({ trial, record }) => {
    const size = known.size;
    return known.add(`${trial}/${record.epoch}`).size > size;
  };
}

describe('successive halving over a sweep', () => {
  const rule: HalvingRule = { kind: 'halving', eta: 3, firstRung: 1, leastTrials: 3 };
  const trials = Array.from({ length: 9 }, () => ({ pace: 3 }));

  it('keeps the best third at each rung, whatever the number of workers, and trains no epoch twice', async () => {
    const errors = await wholeErrors(trials);
    const bestOf = (indices: readonly number[], epoch: number, count: number): number[] =>
      indices
        .toSorted((a, b) => (errors[a]?.[epoch - 1] ?? 1) - (errors[b]?.[epoch - 1] ?? 1))
        .slice(0, count);
    const second = bestOf([0, 1, 2, 3, 4, 5, 6, 7, 8], 1, 3);
    const third = bestOf(second, 3, 1);
    const lastEpoch = (index: number): number =>
      third.includes(index) ? 10 : second.includes(index) ? 3 : 1;

    const log = `${file}.epochs`;
    vi.stubEnv('FAKE_EPOCHS', log);
    const { trials: ended, table, sweep } = await run(trials, rule, { workers: 1 });
    expect(readFileSync(log, 'utf8').trim().split('\n')).toHaveLength(6 * 1 + 2 * 3 + 10);
    expect(sweep).toMatchObject({ stopped: 8, waiting: 0, counts: { completed: 9 } });
    for (const { index, error, stopped } of ended) {
      const last = lastEpoch(index);
      expect(error).toBe(errors[index]?.[last - 1]);
      expect(stopped).toEqual(last === epochs ? undefined : { by: 'halving', epoch: last });
    }
    for (const workers of [2, 5]) expect((await run(trials, rule, { workers })).table).toEqual(table);
  });

  it('comes to the same when workers are killed between an epoch and its verdict', async () => {
    const calm = await run(trials, rule);
    const workers = new Map<number, number>();
    const isNew = newEpochs();
    let seen = 0;
    let kills = 0;
    const stormy = await run(trials, rule, {
      maxAttempts: 1000,
      onEvent: (event: SweepEvent) => {
        if (event.kind === 'worker' && event.pid !== undefined) workers.set(event.worker, event.pid);
        if (event.kind !== 'epoch' || !isNew(event) || seen++ % 2 > 0) return;
        kills++;
        process.kill(workers.get(event.worker) ?? 0, 'SIGKILL');
      },
    });
    expect(kills).toBeGreaterThan(5);
    expect(stormy.table).toEqual(calm.table);
  });

  it('waits for no trial that has failed or diverged', async () => {
    const wild = [{ pace: 3, name: 'throws' }, { pace: 3, name: 'diverges' }, ...trials.slice(0, 3)];
    const { sweep } = await run(wild, rule);
    expect(sweep).toMatchObject({ stopped: 2, counts: { failed: 1, diverged: 1, completed: 3 } });
  });

  it('stops nothing where too few come to a rung', async () => {
    const { sweep } = await run(trials.slice(0, 4), { ...rule, leastTrials: 5 });
    expect(sweep).toMatchObject({ stopped: 0, counts: { completed: 4 } });
  });

  it('goes on after an interrupt as if there had been none', async () => {
    const calm = await run(trials, rule);
    const sweep = await addFakeSweep(store, trials, { epochs, earlyStopping: rule });
    const options = { workers: 2, workerEntry: fakeWorker, checkpoints: `${file}.checkpoints` };
    const isNew = newEpochs();
    for (let rounds = 0; ; rounds++) {
      const drain = new AbortController();
      let seen = 0;
      const onEvent = (event: SweepEvent): void => {
        if (event.kind === 'epoch' && isNew(event) && ++seen === 5) drain.abort();
      };
      const { interrupted } = await supervise(store, sweep, { ...options, drain: drain.signal, onEvent });
      if (!interrupted) {
        expect(rounds).toBeGreaterThan(1);
        break;
      }
    }
    expect(await readTable(store, sweep)).toEqual(calm.table);
  });

  it('holds a trial that comes late against all that were there before', async () => {
    const sweep = await addFakeSweep(store, trials.slice(0, 5), { epochs });
    const come = async (error: number): Promise<number> => {
      const lease = await store.leaseTrial(sweep.id, { owner: 'me', milliseconds: 60_000 });
      if (!lease) throw new Error('no trial to lease');
      await store.recordEpoch(lease, { epoch: 1, validationError: error });
      const stopped = { by: 'halving', epoch: 1 } as const;
      await store.pauseTrial(lease, { status: 'completed', error, bestError: error, stopped });
      return lease.trialId;
    };
    for (const error of [0.2, 0.5]) await come(error);
    expect(await settleRungs(store, sweep, rule)).toEqual([]);
    for (const reason of ['first failure', 'second failure']) {
      const lease = await store.leaseTrial(sweep.id, { owner: 'me', milliseconds: 60_000 });
      if (lease) await store.finishTrial(lease, { status: 'failed', reason });
    }
    await come(0.7);
    expect(await settleRungs(store, sweep, rule)).toEqual([{ epoch: 1, promoted: 1, stopped: 2 }]);
    await store.retryTrials(sweep.id);
    const best = (await store.trials(sweep.id)).find(({ rung }) => rung === 1);
    const other = async (error: number): Promise<unknown> => {
      // The promoted one is costliest: held, so that the late ones are leased.
      const late = await come(error);
      return (await store.trials(sweep.id)).find(({ id }) => id === late)?.waitingAt;
    };
    await store.leaseTrial(sweep.id, { owner: 'me', milliseconds: 60_000 });
    expect(best?.status).toBe('planned');
    expect(await other(0.1)).toBe(1);
    expect(await settleRungs(store, sweep, rule)).toEqual([]);
    expect(await other(0.3)).toBe(1);
    expect(await settleRungs(store, sweep, rule)).toEqual([{ epoch: 1, promoted: 1, stopped: 1 }]);
  });
});

describe('the median rule over a sweep', () => {
  it('stops what is above the median of whole trainings, as a plain loop over their errors finds it', async () => {
    // The costliest is trained first: with one worker the order is that of the plan.
    const trials = Array.from({ length: 12 }, (_, i) => ({ pace: 13 - i }));
    const errors = await wholeErrors(trials);
    const whole: number[][] = [];
    const expected = errors.map((own) => {
      for (let epoch = 3; epoch < epochs; epoch++) {
        const there = whole.map((other) => other[epoch - 1] ?? 1).toSorted((a, b) => a - b);
        const half = there.length / 2;
        const median = ((there[Math.ceil(half) - 1] ?? 0) + (there[Math.floor(half)] ?? 0)) / 2;
        if (there.length >= 3 && (own[epoch - 1] ?? 1) > median) return epoch;
      }
      whole.push(own);
      return undefined;
    });
    const rule: StopRule = { kind: 'median', graceEpochs: 2, leastTrials: 3 };
    const { trials: ended, sweep } = await run(trials, rule, { workers: 1 });
    const stops = expected.filter((epoch) => epoch !== undefined);
    expect(stops.length).toBeGreaterThan(2);
    expect(stops.length).toBeLessThan(9);
    expect(ended.map(({ stopped }) => stopped)).toEqual(
      expected.map((epoch) => (epoch === undefined ? undefined : { by: 'median', epoch })),
    );
    expect(sweep).toMatchObject({ stopped: stops.length, counts: { completed: 12 } });
    expect(ended.map(({ error }) => error)).toEqual(errors.map((own, i) => own[(expected[i] ?? epochs) - 1]));
  });
});
