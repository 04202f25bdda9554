import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openSqliteStore } from '@netspace/store/sqlite';
import type { Store } from '@netspace/store/store';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { workOff, type BacklogOptions } from '../backlog.ts';
import { isDead, newOwner } from '../owner.ts';
import type { SweepEvent } from '../sweep-event.ts';
import { addFakeSweep, checkBuild, fakeWorker, until } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-backlog-'));
let files = 0;
let store: Store;

beforeAll(checkBuild);
beforeEach(async () => {
  store = await openSqliteStore(join(folder, `store-${files++}.db`));
});
afterEach(() => store.close());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Fake trials on a data set that comes with netspace. */
function addSweep(planHash: string, trials: number) {
  const paces = Array.from({ length: trials }, () => ({ pace: 2 }));
  return addFakeSweep(store, paces, { dataName: 'fashion-mnist-12k', planHash });
}

async function work(options: Partial<BacklogOptions> = {}) {
  const events: SweepEvent[] = [];
  const isLeft = await workOff(store, {
    workersFor: () => 2,
    workerEntry: fakeWorker,
    ...options,
    onEvent: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
  });
  const begun = events.flatMap((event) => (event.kind === 'planned' ? event.sweepId : []));
  return { isLeft, events, begun };
}

describe('a worker of a store', () => {
  it('trains what is left of every sweep, the oldest first, and then leaves; again it finds nothing to do', async () => {
    const first = await addSweep('aaaaaa', 3);
    const second = await addSweep('bbbbbb', 4);
    const imported = { name: 'from-elsewhere', planHash: 'cccccc', plan: '{"import":{}}' };
    const elsewhere = (await store.trials(first.id)).map(({ space, network }) => ({ space, network }));
    await store.importSweep(
      imported,
      elsewhere.map((trial) => ({ ...trial, status: 'planned' as const })),
    );
    const { isLeft, begun } = await work();
    expect({ isLeft, begun }).toEqual({ isLeft: false, begun: [first.id, second.id] });
    expect(await store.countTrials(second.id)).toMatchObject({ completed: 4 });
    expect(await work()).toEqual({ isLeft: false, begun: [], events: [] });
  });

  it('leaves other sweeps alone when it is given one, and refuses one that was imported', async () => {
    const first = await addSweep('aaaaaa', 3);
    const second = await addSweep('bbbbbb', 2);
    expect((await work({ sweep: `#${second.id}` })).begun).toEqual([second.id]);
    expect(await store.countTrials(first.id)).toMatchObject({ planned: 3 });
    await store.importSweep({ name: 'elsewhere', planHash: 'cccccc', plan: '{"import":{}}' }, []);
    await expect(work({ sweep: 'elsewhere' })).rejects.toMatchObject({ code: 'sweep-imported' });
  });

  it('takes on another sweep instead of waiting for trials that others train', async () => {
    const first = await addSweep('aaaaaa', 1);
    await store.leaseTrial(first.id, { owner: 'another machine', milliseconds: 3000 });
    const second = await addSweep('bbbbbb', 2);
    const { begun, isLeft } = await work();
    expect(begun.slice(0, 2)).toEqual([second.id, first.id]);
    expect(isLeft).toBe(false);
  });

  it('waits for new sweeps when asked to, until it is told to drain', async () => {
    const drain = new AbortController();
    let sweepId = 0;
    const { isLeft } = await work({
      waits: true,
      drain: drain.signal,
      onEvent: (event) => {
        if (event.kind === 'note' && sweepId === 0)
          void addSweep('dddddd', 2).then(({ id }) => (sweepId = id));
        if (event.kind === 'ended') drain.abort();
      },
    });
    expect(isLeft).toBe(false);
    await until(async () => (await store.countTrials(sweepId)).completed === 2, 'the new sweep is trained');
  });

  it('that is stopped gives its trials back at no loss', async () => {
    const sweep = await addFakeSweep(store, [{ name: 'hangs', pace: 1 }], { dataName: 'fashion-mnist-12k' });
    const stop = new AbortController();
    const { isLeft } = await work({
      stop: stop.signal,
      onEvent: ({ kind }) => kind === 'started' && stop.abort(),
    });
    expect(isLeft).toBe(true);
    const [trial] = await store.trials(sweep.id);
    expect((await store.trialHistory(trial?.id ?? 0)).attempts).toMatchObject([{ status: 'released' }]);
  });

  it('refuses to go on with other images than those that the sweep has been trained on', async () => {
    const sweep = await addSweep('aaaaaa', 2);
    const lease = await store.leaseTrial(sweep.id, { owner: 'elsewhere', milliseconds: 60_000 });
    if (!lease) throw new Error('no lease');
    await store.finishTrial(lease, {
      status: 'completed',
      error: 0.5,
      provenance: { checksum: 'of other images' },
    });
    await expect(work()).rejects.toMatchObject({ code: 'data-differs' });
  });
});

describe('the owner of a lease', () => {
  const made = (): string => {
    const module = pathToFileURL(join(import.meta.dirname, '../dist/owner.js')).href;
    const script = `import { newOwner } from ${JSON.stringify(module)}; console.log(newOwner({ SLURM_ARRAY_JOB_ID: '47', SLURM_ARRAY_TASK_ID: '3', SLURM_RESTART_COUNT: '2' }))`;
    return spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    }).stdout.trim();
  };

  it('is dead when its process has ended, and alive while it runs', () => {
    expect(isDead(made())).toBe(true);
    expect(isDead(newOwner({}))).toBe(false);
  });

  it('is never judged from another machine or container, not even from one of the same name', () => {
    const [host = '', place = '', ...rest] = made().split(':');
    expect(host).toBe(hostname());
    expect(isDead([`${host}-2`, place, ...rest].join(':'))).toBe(false);
    expect(isDead([host, '0123abcd', ...rest].join(':'))).toBe(false);
    // As earlier versions wrote it.
    expect(isDead(`${host}:999999:abc:0123abcd`)).toBe(false);
  });

  it('names its Slurm task and how often that was started again', () => {
    expect(made()).toMatch(/:47_3\.r2$/);
    expect(newOwner({}).split(':')).toHaveLength(5);
  });
});
