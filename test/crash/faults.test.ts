/**
 * What can happen to a running sweep beside a kill: each ends in a sentence that says what to do, or in nothing at all, and the same
 * command comes to the table of a run that nobody disturbed.
 */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { checkBuild } from '../../packages/sweep/test/processes.ts';
import { openEngine, type EmptyStore } from './engines.ts';
import { readCalmTable } from './round.ts';
import {
  endRuns,
  killGroup,
  runToEnd,
  startRun,
  writePlan,
  type Command,
  type RunProcess,
} from './run-process.ts';
import { judgeSweep } from './table.ts';

const root = mkdtempSync(join(tmpdir(), 'netspace-faults-'));
/** Networks of each of two spaces. */
const networks = 2;
const trials = 2 * networks;
let folders = 0;
let expected: string[];

beforeAll(async () => {
  checkBuild();
  const sqlite = await openEngine('SQLite');
  if (sqlite) expected = await readCalmTable(sqlite, root, networks);
}, 120_000);
afterEach(() => endRuns());
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Place {
  readonly folder: string;
  readonly store: EmptyStore;
  readonly command: Command;
}

async function newPlace(folder = newFolder(), name = 'SQLite'): Promise<Place> {
  const engine = await openEngine(name);
  if (!engine) throw new Error(`${name} is not here`);
  const store = await engine.newStore(folder);
  return { folder, store, command: { plan: writePlan(newFolder(), networks), store: store.location } };
}

function newFolder(): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  return folder;
}

/** Nothing lost, nothing doubled, the table of the undisturbed run; how many attempts it took. */
async function expectWhole(store: EmptyStore): Promise<number> {
  const opened = await store.open();
  try {
    const { attempts, ...verdict } = await judgeSweep(opened, 'crash', expected);
    expect(verdict).toEqual({ lost: 0, doubled: 0, equal: true, faults: [] });
    return attempts;
  } finally {
    await opened.close();
  }
}

async function countCompleted(store: EmptyStore): Promise<number> {
  const opened = await store.open();
  try {
    return (await opened.findSweep('crash')).counts.completed;
  } finally {
    await opened.close();
  }
}

/** Ends with exit code 1 and one sentence that matches. */
async function expectSentence(run: RunProcess, sentence: RegExp): Promise<void> {
  expect(await run.exit).toBe(1);
  const words = run.words().trim().split('\n');
  expect(words).toEqual([expect.stringMatching(sentence)]);
}

const isRoot = process.getuid?.() === 0;
const canMount = isRoot && tryMount();
if (!canMount) process.stderr.write('skipped: a full and a read-only disk, which only root may mount\n');

it.skipIf(!canMount)(
  'a disk that runs full ends a sweep with a sentence, and with more space it goes on at no loss',
  async () => {
    const disk = newFolder();
    mount(disk, 'size=8m');
    try {
      const { store, command } = await newPlace(disk);
      const run = startRun(command);
      await run.seen('finished');
      const ballast = join(disk, 'ballast');
      fill(ballast);
      await expectSentence(
        run,
        /^netspace: no space is left on the disk of .*store\.db; free some and run again/,
      );
      rmSync(ballast);
      expect(await countCompleted(store)).toBeGreaterThan(0);
      await runToEnd(command);
      await expectWhole(store);
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  },
  180_000,
);

it.skipIf(isRoot && !canMount)(
  'a folder that has become read-only is told in a sentence, and writable again it goes on at no loss',
  async () => {
    const { folder, store, command } = await newPlace();
    const first = startRun(command);
    await first.seen('finished');
    killGroup(first);
    await first.exit;
    if (isRoot) {
      execFileSync('mount', ['--bind', folder, folder]);
      execFileSync('mount', ['-o', 'remount,bind,ro', folder]);
    } else chmodSync(folder, 0o555);
    try {
      await expectSentence(
        startRun(command),
        /^netspace: .* cannot be written, so the store .* cannot be used; allow writing there/,
      );
    } finally {
      if (isRoot) execFileSync('umount', ['-l', folder]);
      else chmodSync(folder, 0o755);
    }
    await runToEnd(command);
    await expectWhole(store);
  },
  180_000,
);

it.each([
  ['removed', (file: string) => rmSync(file)],
  ['removed with its log', (file: string) => ['', '-wal', '-shm'].forEach((end) => rmSync(`${file}${end}`))],
  ['replaced by another file', (file: string) => replace(file)],
])(
  'a store that is %s while a sweep runs is saved beside, and goes on at no loss when it is put back',
  async (_what, harm) => {
    const { store, command } = await newPlace();
    const run = startRun(command);
    await run.seen('finished');
    harm(store.location);
    const saved = `${store.location}.rescued`;
    await expectSentence(
      run,
      /^netspace: .*store\.db( or its log)? was (removed|replaced) while it was in use; all that was completed is saved as .*store\.db\.rescued: /,
    );
    for (const end of ['-wal', '-shm']) rmSync(`${store.location}${end}`, { force: true });
    renameSync(saved, store.location);
    expect(await countCompleted(store)).toBeGreaterThan(0);
    await runToEnd(command);
    await expectWhole(store);
  },
  180_000,
);

/** As an editor or a tool that synchronises folders does it. */
function replace(file: string): void {
  writeFileSync(`${file}.new`, Buffer.alloc(8192));
  renameSync(`${file}.new`, file);
}

it.each([
  ['cut off', (file: string) => truncateSync(file, 5000)],
  ['overwritten', (file: string) => overwrite(file)],
])(
  'a store that is %s while a sweep runs is told to be damaged, also afterwards, and another one comes to the same table',
  async (_what, harm) => {
    const { store, command } = await newPlace();
    // Another run in between has brought the pages from the log into the file.
    const first = startRun(command);
    await first.seen('finished');
    first.child.kill('SIGINT');
    expect(await first.exit).toBe(130);
    const run = startRun(command);
    await run.seen('started');
    harm(store.location);
    await expectSentence(
      run,
      /^netspace: .*store\.db (is damaged|was cut off).*; keep a copy of it, and restore a backup or name another file/,
    );
    await expectSentence(startRun(command), /^netspace: .*store\.db is damaged/);
    const other = await newPlace();
    await runToEnd(other.command);
    await expectWhole(other.store);
  },
  180_000,
);

function overwrite(file: string): void {
  const { size } = statSync(file);
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(size - 4096, 7), 0, size - 4096, 4096);
  closeSync(descriptor);
}

it('four runs of one plan that start at once share it, and no trial is trained twice', async () => {
  const { store, command } = await newPlace();
  const runs = Array.from({ length: 4 }, () => startRun({ ...command, workers: 1 }));
  expect(await Promise.all(runs.map((run) => run.exit)), runs.map((run) => run.words()).join('')).toEqual([
    0, 0, 0, 0,
  ]);
  expect(await expectWhole(store)).toBe(trials);
}, 180_000);

it('a worker that was stopped longer than its lease goes on with its trial as if nothing had been', async () => {
  const { store, command } = await newPlace();
  const run = startRun({ ...command, lease: 1 });
  await run.seen('epoch');
  const [worker] = run.living();
  if (worker === undefined) throw new Error('no worker is left');
  process.kill(worker, 'SIGSTOP');
  const other = startRun({ ...command, lease: 1, workers: 1 });
  await sleep(4000);
  process.kill(worker, 'SIGCONT');
  expect(await Promise.all([run.exit, other.exit])).toEqual([0, 0]);
  expect(await expectWhole(store)).toBe(trials);
}, 180_000);

it('a run that was stopped longer than its lease changes nothing of what others have made of its trials', async () => {
  const { store, command } = await newPlace();
  const sleeper = startRun({ ...command, lease: 1 });
  await sleeper.seen('epoch');
  await stopBetweenWrites(sleeper, store);
  const other = startRun({ ...command, lease: 1 });
  await other.seen('lost');
  await other.seen('finished');
  killGroup(sleeper, 'SIGCONT');
  expect(await Promise.all([sleeper.exit, other.exit])).toEqual([0, 0]);
  expect(sleeper.events).toContainEqual(
    expect.objectContaining({ kind: 'note', text: expect.stringMatching(/no longer holds it/) }),
  );
  expect(await expectWhole(store)).toBeGreaterThan(trials);
}, 180_000);

/** In the middle of a write it would keep the store locked, and others end with a sentence that says so. */
async function stopBetweenWrites(run: RunProcess, store: EmptyStore): Promise<void> {
  const opened = await store.open();
  const nobody = { trialId: -1, attempt: 1, owner: 'nobody', until: 0, hasRunOut: true, reason: 'none' };
  try {
    for (;;) {
      killGroup(run, 'SIGSTOP');
      // A transaction that changes nothing.
      const written = opened.recoverTrials({ maxAttempts: 1, gone: [nobody] });
      if (await Promise.race([written.then(() => true), sleep(2000, false)])) return;
      killGroup(run, 'SIGCONT');
      await written;
    }
  } finally {
    await opened.close();
  }
}

it('a clock that is set forward an hour and back two takes no trial away from anybody', async () => {
  const { folder, store, command } = await newPlace();
  const shim = join(folder, 'clock.so');
  execFileSync('cc', [
    '-shared',
    '-fPIC',
    '-o',
    shim,
    fileURLToPath(new URL('clock.c', import.meta.url)),
    '-ldl',
  ]);
  const shift = join(folder, 'shift');
  writeFileSync(shift, Buffer.alloc(8));
  const environment = { LD_PRELOAD: shim, CLOCK_SHIFT_FILE: shift };
  const runs = [1, 2].map(() => startRun({ ...command, workers: 1, lease: 4, environment }));
  await Promise.all(runs.map((run) => run.seen('epoch')));
  setClock(shift, 3600);
  await sleep(2500);
  setClock(shift, -3600);
  expect(await Promise.all(runs.map((run) => run.exit))).toEqual([0, 0]);
  const times = runs.flatMap(({ events }) => events.map((event) => (event as { at?: number }).at ?? 0));
  // The processes did see the clock being set.
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(3_600_000);
  expect(await expectWhole(store)).toBe(trials);
}, 180_000);

/** In place, for processes have the file mapped. */
function setClock(file: string, seconds: number): void {
  const value = Buffer.alloc(8);
  value.writeBigInt64LE(BigInt(seconds));
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, value);
  closeSync(descriptor);
}

it('a server of PostgreSQL that crashes and comes back in the middle of a sweep costs nothing', async () => {
  const engine = await openEngine('PostgreSQL');
  if (!engine?.restart) return;
  try {
    const store = await engine.newStore(newFolder());
    const command = { plan: writePlan(newFolder(), networks), store: store.location };
    const run = startRun(command);
    await run.seen('epoch', 2);
    await engine.restart('immediate');
    await run.seen('finished');
    await engine.restart('immediate');
    expect(await run.exit, run.words()).toBe(0);
    expect(await expectWhole(store)).toBe(trials);
  } finally {
    await engine.close();
  }
}, 180_000);

/** Until nothing more goes in. */
function fill(file: string): void {
  try {
    for (;;) appendFileSync(file, Buffer.alloc(4096));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

function mount(path: string, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', path], { stdio: 'pipe' });
}

/** Not even root may mount inside many containers. */
function tryMount(): boolean {
  const path = newFolder();
  try {
    mount(path, 'size=64k');
    execFileSync('umount', [path]);
    return true;
  } catch {
    return false;
  }
}
