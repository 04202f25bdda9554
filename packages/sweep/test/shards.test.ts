import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '@netspace/store/sqlite';
import type { Shard } from '@netspace/store/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEvent } from '../display.ts';
import { parsePlan } from '../plan.ts';
import { noProgress } from '../progress.ts';
import type { SweepEvent } from '../sweep-event.ts';
import { runPlan } from '../run.ts';
import { parseShard } from '../shard.ts';
import { checkBuild, fakeWorker, readTable } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-shards-'));
beforeAll(checkBuild);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const planText = (rule = ''): string => `name: shards
seed: 3
spaces:
  - networks: 7
    space:
      extends: anynet-a
      stages: 2
      stem: { kind: cifar, width: 8 }
      dimensions: { depth: [1], width: [8, 16], groupWidth: [4], bottleneckRatio: [1, 2] }
data: { name: fashion-mnist-12k, limit: 256, validationShare: 0.25 }
recipe: { epochs: 2, batchSize: 32 }
${rule}`;
const plan = parsePlan(planText(), 'shards.yaml');

interface Given {
  readonly workers: number;
  readonly shard?: Shard;
  readonly workerEntry?: URL;
}

/** Trains the plan, or a part of it, into a store of its own. */
async function train(given: Given) {
  const { remainder = 0, parts = 1 } = given.shard ?? {};
  const kind = given.workerEntry ? 'fake' : 'real';
  const store = await openSqliteStore(join(folder, `${kind}-${given.workers}-${remainder}-${parts}.db`));
  const events: SweepEvent[] = [];
  const onEvent = (event: SweepEvent): void => void events.push(event);
  const { sweep, counts } = await runPlan(plan, store, { ...given, onEvent });
  const table = await readTable(store, sweep);
  await store.close();
  return { hash: sweep.planHash, counts, events, table: table.map(withoutClock) };
}

/** A line for each trial, without the speed of this machine. */
function withoutClock(line: string): { readonly index: number; readonly status: string } {
  return JSON.parse(line, (key, value: unknown) =>
    key === 'seconds' || key === 'imagesPerSecond' ? undefined : value,
  );
}

const shard = (text: string): Shard => {
  const read = parseShard(text);
  if (!read) throw new Error(`${text} is no shard`);
  return read;
};

describe('the shards of a plan', () => {
  it('have all of its trials, train each one in exactly one of them, and say which part they are', async () => {
    const whole = await train({ workers: 2, workerEntry: fakeWorker });
    const parts = [];
    for (const text of ['1/3', '2/3', '3/3'])
      parts.push(await train({ workers: 2, workerEntry: fakeWorker, shard: shard(text) }));
    expect(parts.map(({ hash }) => hash)).toEqual([whole.hash, whole.hash, whole.hash]);
    expect(parts.map(({ counts }) => counts.completed)).toEqual([3, 2, 2]);
    for (const [i, { table }] of parts.entries()) {
      expect(table).toHaveLength(7);
      for (const trial of table)
        expect(trial).toEqual(
          trial.index % 3 === i ? whole.table[trial.index] : { index: trial.index, status: 'planned' },
        );
    }
    const told = parts[1]?.events.map((event) => describeEvent(event, noProgress)) ?? [];
    expect(told[0]).toBe('shards, shard 2/3: planned, 2 waiting');
    expect(told.at(-1)).toBe('ended, shard 2/3: 2 completed');
  });

  it('begun again resume, and more of them than trials have nothing to do', async () => {
    const again = await train({ workers: 2, workerEntry: fakeWorker, shard: shard('2/3') });
    expect(again.events.filter(({ kind }) => kind === 'started')).toHaveLength(0);
    const last = await train({ workers: 2, workerEntry: fakeWorker, shard: shard('9/9') });
    expect(last.counts).toMatchObject({ planned: 0, completed: 0 });
  });

  it('are refused where trials are stopped by comparison with those of the whole sweep', async () => {
    const store = await openSqliteStore(join(folder, 'refused.db'));
    for (const kind of ['halving', 'median']) {
      const stopping = parsePlan(planText(`earlyStopping: { kind: ${kind} }\n`), 'stopping.yaml');
      const running = runPlan(stopping, store, { workers: 1, shard: shard('1/2') });
      await expect(running).rejects.toMatchObject({
        code: 'shard',
        message: expect.stringContaining('netspace worker'),
      });
    }
    expect(await store.sweeps()).toEqual([]);
    await store.close();
  });

  it('are written i/n', () => {
    expect(parseShard('2/3')).toEqual({ remainder: 1, parts: 3 });
    for (const text of ['0/3', '4/3', '1', '1/0', 'a/b', '1/3/5', '-1/3', ''])
      expect(parseShard(text)).toBeUndefined();
  });

  it('trained for real give together the table of the whole, which one, two and seven workers give as well', async () => {
    const { table } = await train({ workers: 1 });
    expect(table.map(({ status }) => status)).toEqual(table.map(() => 'completed'));
    for (const workers of [2, 7]) expect((await train({ workers })).table).toEqual(table);
    const united = [];
    for (const text of ['1/2', '2/2'])
      united.push(
        ...(await train({ workers: 2, shard: shard(text) })).table.filter(
          ({ status }) => status !== 'planned',
        ),
      );
    expect(united.toSorted((a, b) => a.index - b.index)).toEqual(table);
  }, 300_000);
});
