import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSqliteStore } from '@netspace/store/sqlite';
import { isFinished, type Store, type Sweep } from '@netspace/store/store';
import { random } from '@netspace/stats/random';
import { beforeAll, expect, it } from 'vitest';
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

const kills = 24;
const stream = random('crash test');
const trials = Array.from({ length: 60 }, () => ({ pace: 40 + stream.below(60) }));

it('a sweep whose workers and supervisors are killed at random ends with the table of an undisturbed one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'netspace-crash-'));
  const calm = await openSqliteStore(join(folder, 'calm.db'));
  const file = join(folder, 'stormy.db');
  const stormy = await openSqliteStore(file);
  try {
    const expected = await addFakeSweep(calm, trials);
    await supervise(calm, expected, { workers: 2, workerEntry: fakeWorker });
    const sweep = await addFakeSweep(stormy, trials);
    const killed = await storm(file, stormy, sweep);
    expect(killed.workers).toBeGreaterThan(4);
    expect(killed.supervisors).toBeGreaterThan(4);
    expect(await readTable(stormy, sweep)).toEqual(await readTable(calm, expected));
    await expectOneResultEach(stormy, sweep);
  } finally {
    endSupervisors();
    await calm.close();
    await stormy.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

/** Kills a worker or a supervisor again and again; then lets the sweep come to its end. */
async function storm(
  file: string,
  store: Store,
  sweep: Sweep,
): Promise<{ workers: number; supervisors: number }> {
  const killed = { workers: 0, supervisors: 0 };
  const pids = new Set<number>();
  // Often lost by these kills, which none of the trials is to blame for.
  const start = (): SupervisorProcess =>
    startSupervisor(file, { maxAttempts: 1000, leaseMilliseconds: 2000 });
  let supervisors = [start()];
  while (killed.workers + killed.supervisors < kills) {
    await sleep(150 + stream.below(500));
    if (isFinished(await store.countTrials(sweep.id)))
      throw new Error('the sweep was over before the storm was');
    const victim = supervisors[stream.below(supervisors.length)];
    const worker = [...(victim?.workers ?? [])].findLast(isAlive);
    if (worker !== undefined && stream.below(2) === 0) {
      process.kill(worker, 'SIGKILL');
      killed.workers++;
    } else if (victim) {
      victim.child.kill('SIGKILL');
      await victim.exit;
      for (const pid of victim.workers) pids.add(pid);
      killed.supervisors++;
      supervisors = supervisors.filter((each) => each !== victim);
      // One in three times two work on the sweep from now on.
      while (supervisors.length < (stream.below(3) === 0 ? 2 : 1)) supervisors.push(start());
    }
  }
  await Promise.all(supervisors.map((each) => each.exit));
  if (!isFinished(await store.countTrials(sweep.id))) await start().exit;
  await until(() => ![...pids].some(isAlive), 'no worker of a killed supervisor is left');
  return killed;
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
