/** One owner at a time, whoever dies. */
import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireLock, identify } from '../lock.mjs';

const program = fileURLToPath(new URL('lock-owner.mjs', import.meta.url));
let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netspace-lock-test-'));
  file = join(folder, 'deep', 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Another process that holds the lock; resolves to it and to the number of the child that it has started. */
function owner(): Promise<{ process: ChildProcess; child: number }> {
  const started = spawn(process.execPath, [program, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve) =>
    started.stdout.once('data', (text) => resolve({ process: started, child: Number(text) })),
  );
}

const waits = async (promise: Promise<unknown>) => {
  const after = new Promise((resolve) => setTimeout(() => resolve('waits'), 400));
  return (await Promise.race([promise, after])) === 'waits';
};

describe('a lock', () => {
  it('is free again after its release', async () => {
    for (let time = 0; time < 3; time++) (await acquireLock(file)).release();
    expect(readdirSync(join(folder, 'deep'))).toEqual([]);
  });

  it('lets the second wait, who hears who is in the way', async () => {
    const first = await acquireLock(file);
    const heard: string[] = [];
    const second = acquireLock(file, { onWait: (holder) => heard.push(holder), poll: 10 });
    expect(await waits(second)).toBe(true);
    expect(heard[0]).toBe(`process ${process.pid}`);
    first.release();
    const lock = await second;
    expect(first.held()).toBe(false);
    expect(lock.held()).toBe(true);
    lock.release();
  });

  it('never has two owners among many that want it', async () => {
    let inside = 0;
    const work = async () => {
      const lock = await acquireLock(file, { poll: 1 });
      expect(++inside).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside--;
      lock.release();
    };
    await Promise.all(Array.from({ length: 20 }, work));
    expect(existsSync(file)).toBe(false);
  });

  it('of a live process elsewhere on this machine is waited for', async () => {
    const other = await owner();
    const mine = acquireLock(file, { poll: 10 });
    expect(await waits(mine)).toBe(true);
    other.process.kill('SIGKILL');
    (await mine).release();
  });

  it('of a killed process is taken over at once, and what that had started is ended', async () => {
    const other = await owner();
    expect(identify(other.child).started).toBeDefined();
    other.process.kill('SIGKILL');
    const lock = await acquireLock(file, { poll: 10 });
    await expect.poll(() => identify(other.child).started).toBeUndefined();
    lock.release();
    expect(readdirSync(join(folder, 'deep'))).toEqual([]);
  });

  it('of a killed process whose number another process now has is taken over', async () => {
    (await acquireLock(file)).release();
    const { place } = await record();
    writeFileSync(
      file,
      JSON.stringify({ place, pid: process.pid, started: 'long ago', token: 'x', children: [] }),
    );
    (await acquireLock(file, { poll: 10 })).release();
  });

  it('of another host is taken over only when its heartbeat has stopped', async () => {
    await record();
    writeFileSync(file, JSON.stringify({ place: 'elsewhere', pid: 1, token: 'x', children: [] }));
    const mine = acquireLock(file, { poll: 10 });
    expect(await waits(mine)).toBe(true);
    utimesSync(file, new Date(0), new Date(0));
    (await mine).release();
  });

  it('that died half-written is taken over after a while', async () => {
    await record();
    writeFileSync(file, '{"pid":');
    const mine = acquireLock(file, { poll: 10 });
    expect(await waits(mine)).toBe(true);
    utimesSync(file, new Date(0), new Date(0));
    (await mine).release();
  });

  it('that was lost is not released under its new owner', async () => {
    const first = await acquireLock(file);
    rmSync(file);
    const second = await acquireLock(file);
    first.release();
    expect(second.held()).toBe(true);
    second.release();
  });
});

/** What a lock file of this process looks like. */
async function record(): Promise<{ place: string }> {
  const lock = await acquireLock(file);
  const text = readFileSync(file, 'utf8');
  lock.release();
  return JSON.parse(text) as { place: string };
}
