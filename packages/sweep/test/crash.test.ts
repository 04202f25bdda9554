import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSqliteStore } from '@netspace/store/sqlite';
import { isFinished, type Store, type Sweep } from '@netspace/store/store';
import { random } from '@netspace/stats/random';
import { beforeAll, expect, it, vi } from 'vitest';
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
  type SupervisorProcess,
} from './processes.ts';

beforeAll(checkBuild);

const kills = 12;
const stream = random('crash test');
const trials = Array.from({ length: 60 }, () => ({ pace: 40 + stream.below(60) }));
const epochs = 6;

it('a sweep whose workers and supervisors are killed at random ends with the table of an undisturbed one, and trains no saved epoch twice', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'netspace-crash-'));
  const calm = await openSqliteStore(join(folder, 'calm.db'));
  const file = join(folder, 'stormy.db');
  const stormy = await openSqliteStore(file);
  try {
    const expected = await addFakeSweep(calm, trials, { epochs });
    await supervise(calm, expected, { workers: 4, workerEntry: fakeWorker });
    const sweep = await addFakeSweep(stormy, trials, { epochs });
    const checkpoints = join(folder, 'checkpoints');
    vi.stubEnv('FAKE_EPOCHS', join(folder, 'epochs'));
    const resumed = await storm(file, stormy, sweep, checkpoints);
    expect(await readTable(stormy, sweep)).toEqual(await readTable(calm, expected));
    await expectOneResultEach(stormy, sweep);
    const trained = readFileSync(join(folder, 'epochs'), 'utf8').trim().split('\n');
    expect(new Set(trained).size).toBe(trained.length);
    // The storm did strike trainings that had saved epochs.
    expect(resumed).toBeGreaterThan(kills / 4);
    expect(existsSync(checkpoints)).toBe(false);
  } finally {
    vi.unstubAllEnvs();
    endSupervisors();
    await calm.close();
    await stormy.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

/** Kills a worker, then a supervisor, again and again; then lets the sweep come to its end. Tells how often a trial went on from a checkpoint. */
async function storm(file: string, store: Store, sweep: Sweep, checkpoints: string): Promise<number> {
  // Often lost by these kills, which none of the trials is to blame for.
  const options = { maxAttempts: 1000, leaseMilliseconds: 2000, checkpoints };
  const all: SupervisorProcess[] = [];
  const start = (more: object = {}): SupervisorProcess => {
    const supervisor = startSupervisor(file, { ...options, ...more });
    all.push(supervisor);
    return supervisor;
  };
  const pids = new Set<number>();
  let supervisors = [start()];
  for (let i = 0; i < kills; i++) {
    await sleep(stream.below(400));
    const counts = await store.countTrials(sweep.id);
    if (isFinished(counts)) throw new Error('the sweep was over before the storm was');
    const victim = supervisors[stream.below(supervisors.length)] as SupervisorProcess;
    if (i % 2 === 0) await killWorker(victim);
    else {
      victim.child.kill('SIGKILL');
      await victim.exit;
      for (const pid of victim.workers) pids.add(pid);
      supervisors = supervisors.filter((each) => each !== victim);
      // One time in three, two work on the sweep from now on.
      const count = stream.below(3) === 0 ? 2 : 1;
      while (supervisors.length < count) supervisors.push(start());
    }
  }
  await until(() => ![...pids].some(isAlive), 'no worker of a killed supervisor is left');
  await start({ workers: 3 }).exit;
  await Promise.all(supervisors.map((each) => each.exit));
  return all.flatMap(({ events }) => events.filter((event) => event.kind === 'resumed')).length;
}

/** Kills the youngest worker of a supervisor, a while after it began to train. */
async function killWorker({ workers, events }: SupervisorProcess): Promise<void> {
  const begun = events.length;
  const isTraining = (): boolean => events.slice(begun).some((event) => event.kind === 'step');
  await until(isTraining, 'a worker trains');
  await sleep(stream.below(150));
  const worker = [...workers].findLast(isAlive);
  if (worker !== undefined) process.kill(worker, 'SIGKILL');
}

/** Nothing lost, nothing doubled: each trial has one completed attempt, which is its last. */
async function expectOneResultEach(store: Store, sweep: Sweep): Promise<void> {
  let lost = 0;
  for (const { id } of await store.trials(sweep.id)) {
    const statuses = (await store.trialHistory(id)).attempts.map((each) => each.status);
    expect(statuses.at(-1)).toBe('completed');
    expect(new Set(statuses.slice(0, -1)).size).toBeLessThanOrEqual(1);
    expect(statuses.slice(0, -1).every((status) => status === 'lost')).toBe(true);
    lost += statuses.length - 1;
  }
  // The storm did strike trainings.
  expect(lost).toBeGreaterThan(kills / 3);
}
