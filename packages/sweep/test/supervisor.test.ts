import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSqliteStore } from '@netspace/store/sqlite';
import type { Store } from '@netspace/store/store';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkpointPath, findCheckpoint } from '../checkpoints.ts';
import type { SweepEvent } from '../sweep-event.ts';
import type { SupervisorOptions } from '../supervision.ts';
import { supervise } from '../supervisor.ts';
import {
  addFakeSweep,
  checkBuild,
  endSupervisors,
  fakeWorker,
  isAlive,
  readTable,
  startSupervisor,
  until,
  type FakeTrial,
  type SupervisorProcess,
} from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-sweep-'));
let files = 0;
let file: string;
let store: Store;

beforeAll(checkBuild);
beforeEach(async () => {
  file = join(folder, `store-${files++}.db`);
  store = await openSqliteStore(file);
});
afterEach(async () => {
  endSupervisors();
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** In the middle of a write it would keep the store locked for all: then it is let go on, and stopped anew. */
async function stopBetweenWrites({ child }: SupervisorProcess): Promise<void> {
  for (;;) {
    child.kill('SIGSTOP');
    const written = store.renewLeases([{ trialId: 0, attempt: 1, owner: 'nobody' }], 1);
    if (await Promise.race([written.then(() => true), sleep(2000, false)])) return;
    child.kill('SIGCONT');
    await written;
  }
}

const trials = (count: number, pace = 5): FakeTrial[] => Array.from({ length: count }, () => ({ pace }));

async function run(given: readonly FakeTrial[], options: Partial<SupervisorOptions> = {}, dataName?: string) {
  const sweep = await addFakeSweep(store, given, dataName === undefined ? {} : { dataName });
  const events: SweepEvent[] = [];
  const onEvent = (event: SweepEvent): void => {
    events.push(event);
    options.onEvent?.(event);
  };
  const result = await supervise(store, sweep, { workers: 2, workerEntry: fakeWorker, ...options, onEvent });
  return { ...result, events, of: (kind: SweepEvent['kind']) => events.filter((each) => each.kind === kind) };
}

describe('a supervisor', () => {
  it('trains every trial once, and keeps error, curve and provenance', async () => {
    const { sweep, interrupted } = await run(trials(7));
    expect(interrupted).toBe(false);
    expect(sweep.counts).toMatchObject({ completed: 7, planned: 0, leased: 0 });
    for await (const trial of store.population(sweep.id)) {
      expect(trial.curve?.map((record) => record.epoch)).toEqual([1, 2, 3]);
      expect(trial.error).toBe(trial.curve?.at(-1)?.validationError);
      expect(trial).toMatchObject({
        attempt: 1,
        provenance: { threads: 1, dataset: 'fake', node: process.version },
      });
    }
  });

  it('comes to the same table with one, two and five workers', async () => {
    const { sweep } = await run(trials(9), { workers: 1 });
    const table = await readTable(store, sweep);
    for (const workers of [2, 5]) {
      const other = await openSqliteStore(join(folder, `workers-${workers}.db`));
      const again = await addFakeSweep(other, trials(9));
      await supervise(other, again, { workers, workerEntry: fakeWorker });
      expect(await readTable(other, again)).toEqual(table);
      await other.close();
    }
  });

  it('begins with the costliest trial', async () => {
    const { of } = await run([{ pace: 1 }, { pace: 30 }, { pace: 10 }], { workers: 1 });
    const begun = of('started').map((event) => (event.kind === 'started' ? event.trial.index : -1));
    expect(begun).toEqual([1, 2, 0]);
  });

  it('starts no more workers than there are trials', async () => {
    const { events } = await run(trials(2), { workers: 8 });
    const numbers = events.flatMap((event) => (event.kind === 'worker' ? event.worker : []));
    expect(Math.max(...numbers)).toBe(2);
  });

  it('keeps a divergence as a result, with error 1', async () => {
    const { sweep } = await run([{ pace: 1, name: 'diverges' }, { pace: 1 }]);
    expect(sweep.counts).toMatchObject({ diverged: 1, completed: 1 });
    expect(await store.trials(sweep.id)).toMatchObject([
      { status: 'diverged', error: 1 },
      { status: 'completed' },
    ]);
  });

  it('fails a trial whose training throws, says why, and goes on with the same worker', async () => {
    const { sweep, of } = await run([{ pace: 2, name: 'throws' }, { pace: 1 }], { workers: 1 });
    const [failed] = await store.trials(sweep.id, { statuses: ['failed'] });
    expect(failed).toMatchObject({ attempt: 1, reason: 'fewer images than a batch' });
    expect(
      of('worker').filter((event) => event.kind === 'worker' && event.state === 'starting'),
    ).toHaveLength(1);
    expect(sweep.counts.completed).toBe(1);
  });

  it('tries a trial that kills its worker again, and fails it the third time', async () => {
    const { sweep, of } = await run([{ pace: 2, name: 'dies' }, ...trials(3)]);
    expect(sweep.counts).toMatchObject({ failed: 1, completed: 3 });
    const [failed] = await store.trials(sweep.id, { statuses: ['failed'] });
    expect(failed?.reason).toMatch(
      /^lost 3 times without coming further, at last: its process was killed \(SIGKILL\)/,
    );
    const { attempts } = await store.trialHistory(failed?.id ?? 0);
    expect(attempts.map((each) => each.status)).toEqual(['lost', 'lost', 'lost']);
    expect(of('lost').map((event) => event.kind === 'lost' && event.again)).toEqual([true, true, false]);
  });

  it('tells a trial whose process the system killed for want of memory from one that somebody killed', async () => {
    // The system counts such a kill before the process dies of it: here the first of three.
    let asked = 0;
    const memoryKills = () => (asked++ === 0 ? 4 : 5);
    const { sweep, of } = await run([{ pace: 2, name: 'dies' }], { workers: 1, memoryKills });
    const reasons = of('lost').flatMap((event) => (event.kind === 'lost' ? event.reason : []));
    expect(reasons.map((reason) => reason.split(/[:;]/)[0])).toEqual([
      'out of memory',
      'its process was killed (SIGKILL), by somebody or by the system',
      'its process was killed (SIGKILL), by somebody or by the system',
    ]);
    expect(reasons[0]).toMatch(/--workers.*batchSize/);
    expect(sweep.counts.failed).toBe(1);
  });

  it('ends a training that takes longer than its limit', async () => {
    const { sweep } = await run([{ pace: 5, name: 'hangs' }, ...trials(2)], { trialMilliseconds: 400 });
    expect(sweep.counts).toMatchObject({ failed: 1, completed: 2 });
    const [failed] = await store.trials(sweep.id, { statuses: ['failed'] });
    expect(failed).toMatchObject({ attempt: 1, reason: 'took longer than its time limit of 0.4 s' });
  });

  it.each([
    ['after a number of trials', { trialsPerWorker: 2 }, 3],
    ['when its memory has grown too large', { workerMemory: 1 }, 5],
    ['when it is old', { workerMilliseconds: 1 }, 5],
    ['otherwise not', {}, 1],
  ])('replaces a worker %s', async (_when, options, processes) => {
    const { events } = await run(trials(5, 1), { workers: 1, ...options });
    const pids = events.flatMap((event) => (event.kind === 'worker' ? (event.pid ?? []) : []));
    expect(new Set(pids).size).toBe(processes);
    await until(() => !pids.some(isAlive), 'all workers have left');
  });

  it('gives up with the reason when the data cannot be read', async () => {
    await expect(run(trials(3), {}, 'unreadable')).rejects.toMatchObject({
      code: 'worker-unfit',
      message: 'unreadable: the file of its images is damaged',
    });
    expect(await store.findSweep('fake')).toMatchObject({ counts: { planned: 3, leased: 0 } });
  });

  it('gives up when workers cannot be started, and charges no trial for it', async () => {
    await expect(run(trials(3), {}, 'deadly')).rejects.toMatchObject({
      code: 'worker-gone',
      message: expect.stringMatching(/a worker could not be started: its process ended with exit code 7/),
    });
    expect(await store.findSweep('fake')).toMatchObject({ counts: { planned: 3, leased: 0, failed: 0 } });
  });

  it('stops training what was cancelled meanwhile', async () => {
    const sweep = await addFakeSweep(store, [{ pace: 60_000 }, { pace: 1 }]);
    const events: SweepEvent[] = [];
    const onEvent = (event: SweepEvent): void => void events.push(event);
    const running = supervise(store, sweep, {
      workers: 1,
      workerEntry: fakeWorker,
      leaseMilliseconds: 400,
      onEvent,
    });
    await until(() => events.some((event) => event.kind === 'step'), 'the first trial runs');
    await store.cancelTrials(sweep.id);
    expect((await running).sweep.counts).toMatchObject({ cancelled: 2, leased: 0 });
    expect(events.find((event) => event.kind === 'note')).toMatchObject({
      text: expect.stringMatching(/cancelled/),
    });
  });
});

describe('the checkpoints of a supervisor', () => {
  it('that cannot be written cost no trial, and nothing but a note', async () => {
    writeFileSync(`${file}.checkpoints`, 'a file in the place of the folder');
    const { sweep, of } = await run(trials(3), { checkpoints: `${file}.checkpoints` });
    expect(sweep.counts.completed).toBe(3);
    const texts = of('note').flatMap((event) => (event.kind === 'note' ? event.text : []));
    const troubles = texts.map((text) => text.replace(/ \(.*\)$/, '')).toSorted();
    expect(troubles).toEqual(
      [1, 2, 3].flatMap((number) => [
        `trial ${number}: its checkpoint cannot be read, so it begins anew`,
        `trial ${number}: its checkpoint cannot be written, so it goes on without`,
      ]),
    );
  });

  it('that cannot be written let the trial be trained to its end when it is interrupted', async () => {
    writeFileSync(`${file}.checkpoints`, 'a file in the place of the folder');
    const drain = new AbortController();
    const { sweep } = await run(trials(3, 50), {
      workers: 1,
      checkpoints: `${file}.checkpoints`,
      drain: drain.signal,
      onEvent: (event) => event.kind === 'epoch' && drain.abort(),
    });
    expect(sweep.counts).toMatchObject({ completed: 1, planned: 2 });
  });

  it('bring their epochs to the store in order, so that a kill leaves no gap', async () => {
    const checkpoints = `${file}.checkpoints`;
    const sweep = await addFakeSweep(store, [{ pace: 1 }], { epochs: 5 });
    mkdirSync(checkpoints);
    const curve = [1, 2, 3, 4].map((epoch) => ({ epoch, trainLoss: 1, validationError: 0.5 }));
    writeFileSync(checkpointPath(checkpoints, sweep, 0), JSON.stringify(curve));
    const kept: number[] = [];
    // As a database on a server may be: whoever comes first is served last.
    const slow: Store = {
      ...store,
      recordEpoch: async (fence, record) => {
        await sleep(50 * (5 - record.epoch));
        kept.push(record.epoch);
        return store.recordEpoch(fence, record);
      },
    };
    await supervise(slow, sweep, { workers: 1, workerEntry: fakeWorker, checkpoints });
    expect(kept).toEqual([1, 2, 3, 4, 5]);
  });

  it('go with a trial that throws, or is cancelled while it runs', async () => {
    const checkpoints = `${file}.checkpoints`;
    const sweep = await addFakeSweep(store, [{ pace: 40 }, { pace: 30, name: 'throws' }], { epochs: 500 });
    const stray = checkpointPath(checkpoints, sweep, 1);
    mkdirSync(checkpoints);
    writeFileSync(stray, '[]');
    let [failed, cancelled] = [false, false];
    const result = await supervise(store, sweep, {
      workers: 2,
      workerEntry: fakeWorker,
      checkpoints,
      leaseMilliseconds: 400,
      onEvent: (event) => {
        if (event.kind === 'finished') {
          failed = true;
          expect(existsSync(stray)).toBe(false);
        }
        if (event.kind !== 'epoch' || !failed || cancelled) return;
        cancelled = true;
        expect(findCheckpoint(checkpoints, sweep, 0)?.bytes).toBeGreaterThan(0);
        void store.cancelTrials(sweep.id);
      },
    });
    expect(result.sweep.counts).toMatchObject({ failed: 1, cancelled: 1 });
    expect(existsSync(checkpoints)).toBe(false);
  });
});

describe('a supervisor process', () => {
  it('finishes the running trials after one interrupt, and begins no other', async () => {
    const sweep = await addFakeSweep(store, trials(20, 100));
    const supervisor = startSupervisor(file);
    await supervisor.seen('finished', 2);
    supervisor.child.kill('SIGINT');
    expect(await supervisor.exit).toBe(130);
    const { planned, completed, leased } = await store.countTrials(sweep.id);
    expect(leased).toBe(0);
    expect(planned).toBeGreaterThan(0);
    expect(completed + planned).toBe(20);
    const begun = supervisor.events.filter((event) => event.kind === 'started').length;
    expect(begun).toBe(completed);
    await until(() => ![...supervisor.workers].some(isAlive), 'all workers have left');
  });

  it('saves the running epochs after one interrupt, and goes on from there the next time, at no loss', async () => {
    const checkpoints = `${file}.checkpoints`;
    vi.stubEnv('FAKE_EPOCHS', `${file}.epochs`);
    const sweep = await addFakeSweep(store, trials(4, 300), { epochs: 6 });
    const first = startSupervisor(file, { checkpoints });
    await first.seen('epoch', 3);
    first.child.kill('SIGINT');
    expect(await first.exit).toBe(130);
    expect(await store.countTrials(sweep.id)).toMatchObject({ planned: 4, leased: 0, completed: 0 });
    const paused = first.events.filter((event) => event.kind === 'paused');
    expect(paused).toHaveLength(2);
    expect(readdirSync(checkpoints)).toHaveLength(2);

    const second = startSupervisor(file, { checkpoints, maxAttempts: 1 });
    expect(await second.exit).toBe(0);
    vi.unstubAllEnvs();
    expect(
      second.events.flatMap((event) => (event.kind === 'resumed' ? event.epoch : [])).toSorted(),
    ).toEqual(paused.map((event) => event.epoch).toSorted());
    expect(readFileSync(`${file}.epochs`, 'utf8').trim().split('\n')).toHaveLength(4 * 6);
    for await (const trial of store.population(sweep.id)) {
      expect(trial.curve?.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
      const { attempts } = await store.trialHistory(trial.id);
      const ends = attempts.map(({ status, reason }) => reason?.replace(/\d/, 'N') ?? status);
      expect(ends).toEqual(trial.attempt === 2 ? ['interrupted after epoch N', 'completed'] : ['completed']);
    }
    expect(existsSync(checkpoints)).toBe(false);
  });

  it('stops at once after two interrupts, and the trials it gives back count no loss', async () => {
    const sweep = await addFakeSweep(store, trials(4, 60_000));
    const supervisor = startSupervisor(file);
    await supervisor.seen('step', 2);
    supervisor.child.kill('SIGINT');
    await supervisor.seen('draining');
    supervisor.child.kill('SIGINT');
    expect(await supervisor.exit).toBe(130);
    expect(await store.countTrials(sweep.id)).toMatchObject({ planned: 4, leased: 0 });
    const [first] = await store.trials(sweep.id);
    expect((await store.trialHistory(first?.id ?? 0)).attempts).toMatchObject([{ status: 'released' }]);
    expect([...supervisor.workers].filter(isAlive)).toEqual([]);
  });

  it.each([
    ['waits between its steps', undefined],
    ['never lets its event loop have a turn', 'stubborn'],
  ])('takes its workers along when it is killed, though their training %s', async (_how, name) => {
    await addFakeSweep(
      store,
      [1, 2].map(() => ({ pace: 60_000, ...(name !== undefined && { name }) })),
    );
    const supervisor = startSupervisor(file);
    await supervisor.seen('step', 2);
    expect([...supervisor.workers].filter(isAlive)).toHaveLength(2);
    supervisor.child.kill('SIGKILL');
    await supervisor.exit;
    await until(() => ![...supervisor.workers].some(isAlive), 'the workers have followed');
  });

  it('takes over at once what a killed one was training', async () => {
    const sweep = await addFakeSweep(store, trials(4, 300));
    const first = startSupervisor(file);
    await first.seen('step', 2);
    first.child.kill('SIGKILL');
    await first.exit;
    const begin = performance.now();
    const second = startSupervisor(file);
    expect(await second.exit).toBe(0);
    // Far less than the minute that its leases would have lasted.
    expect(performance.now() - begin).toBeLessThan(15_000);
    expect(await store.countTrials(sweep.id)).toMatchObject({ completed: 4 });
  });

  it('shares a sweep with another one, and no trial is trained twice', async () => {
    const sweep = await addFakeSweep(store, trials(24, 15));
    const both = [startSupervisor(file), startSupervisor(file)];
    expect(await Promise.all(both.map((each) => each.exit))).toEqual([0, 0]);
    const finished = both.map(({ events }) => events.filter((event) => event.kind === 'finished').length);
    expect(finished[0] ?? 0).toBeGreaterThan(0);
    expect(finished[1] ?? 0).toBeGreaterThan(0);
    for await (const trial of store.population(sweep.id))
      expect(trial).toMatchObject({ status: 'completed', attempt: 1 });
  });

  it('that was stopped past its lease and continued changes nothing that another has taken over', async () => {
    // Long enough that the sleeper is stopped well before its trial ends, on a busy machine too.
    const sweep = await addFakeSweep(store, trials(3, 1500));
    const sleeper = startSupervisor(file, { workers: 1, leaseMilliseconds: 600 });
    await sleeper.seen('epoch');
    await stopBetweenWrites(sleeper);
    const other = startSupervisor(file, { leaseMilliseconds: 600 });
    await other.seen('finished', 3);
    sleeper.child.kill('SIGCONT');
    expect(await sleeper.exit).toBe(0);
    expect(await other.exit).toBe(0);
    expect(sleeper.events.find((event) => event.kind === 'note')).toMatchObject({
      text: expect.stringMatching(/no longer holds it/),
    });
    expect(sleeper.events.filter((event) => event.kind === 'finished')).toEqual([]);
    expect(await store.countTrials(sweep.id)).toMatchObject({ completed: 3 });
    const statuses = [];
    for (const { id } of await store.trials(sweep.id))
      statuses.push((await store.trialHistory(id)).attempts.map((each) => each.status));
    expect(statuses.flat().toSorted()).toEqual(['completed', 'completed', 'completed', 'lost']);
  }, 90_000);
});
