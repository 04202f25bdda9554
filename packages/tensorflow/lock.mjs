/**
 * A lock between processes: a file that names its owner, and that is taken over when the owner is dead.
 *
 * It keeps two set-ups from doing the same work at once. What they write stays right without it, since every result
 * gets its name only when it is whole.
 */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import { linkSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** @typedef {{ readonly pid: number, readonly started: string | undefined }} Identity a process, told from a later one with its number */
/** @typedef {Identity & { readonly token: string, readonly place: string, readonly children: readonly Identity[] }} Owner */
/**
 * @typedef {object} Lock
 * @property {() => boolean} held whether it is still ours
 * @property {(children: readonly number[]) => void} note writes down the process groups that must end with us
 * @property {() => void} release
 */

/** An owner elsewhere (another host or container) is seen by its heartbeat only; in milliseconds. */
const heartbeat = 5_000;
const silence = 60_000;
/** A file without a readable owner is one that is being written, or was when its writer died. */
const unreadable = 10_000;

/**
 * Waits for the lock and takes it. `onWait` hears now and then who holds it.
 * @param {string} file
 * @param {{ onWait?: (owner: string) => void, poll?: number }} [options] `poll` in milliseconds
 * @returns {Promise<Lock>}
 */
export async function acquireLock(file, { onWait = () => {}, poll = 300 } = {}) {
  mkdirSync(dirname(file), { recursive: true });
  const owner = { token: randomUUID(), place: place(), ...identify(process.pid), children: [] };
  for (;;) {
    if (create(file, owner)) return hold(file, owner);
    const other = readLock(file);
    if (other === undefined) continue;
    if (isDead(other)) takeAway(file, other);
    else {
      onWait(other.owner === undefined ? 'another process' : `process ${other.owner.pid}`);
      await delay(poll);
    }
  }
}

/** Linux tells a process' start; elsewhere `ps` does. @param {number} pid @returns {Identity} */
export function identify(pid) {
  return { pid, started: startOf(pid) };
}

/** @param {number} pid */
function startOf(pid) {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; the state is the first field behind it, the start the twentieth.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Where process numbers mean the same: host, boot and namespace. */
function place() {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  return [hostname(), boot, attempt(() => readlinkSync('/proc/self/ns/pid'))].join(' ');
}

/** @param {string} file @param {Owner} owner */
function create(file, owner) {
  try {
    writeFileSync(file, JSON.stringify(owner), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} file @returns {{ owner: Owner | undefined, age: number } | undefined} undefined when there is none */
function readLock(file) {
  try {
    const age = Date.now() - statSync(file).mtimeMs;
    const text = readFileSync(file, 'utf8');
    return { owner: attempt(() => /** @type {Owner} */ (JSON.parse(text))), age };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** @param {{ owner: Owner | undefined, age: number }} lock */
function isDead({ owner, age }) {
  if (owner === undefined) return age > unreadable;
  if (owner.place !== place()) return age > silence;
  const started = startOf(owner.pid);
  return started === undefined || started !== owner.started;
}

/**
 * Removes a dead owner's lock, and stops what it started. Two may try this at once: the rename decides, and whoever finds
 * that it holds a new owner's lock puts it back.
 * @param {string} file @param {{ owner: Owner | undefined }} dead
 */
function takeAway(file, dead) {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const taken = readLock(aside);
  if (taken?.owner?.token !== dead.owner?.token) attempt(() => linkSync(aside, file));
  else if (dead.owner?.place === place()) stopOrphans(dead.owner.children);
  rmSync(aside, { force: true });
}

/** @param {readonly Identity[]} children leaders of process groups */
function stopOrphans(children) {
  for (const child of children)
    if (child.started !== undefined && startOf(child.pid) === child.started)
      attempt(() => process.kill(-child.pid, 'SIGKILL'));
}

/** @param {string} file @param {Owner} owner @returns {Lock} */
function hold(file, owner) {
  const held = () => readLock(file)?.owner?.token === owner.token;
  const beat = setInterval(() => attempt(() => utimesSync(file, new Date(), new Date())), heartbeat);
  beat.unref();
  const release = () => {
    clearInterval(beat);
    process.off('exit', release);
    if (held()) rmSync(file, { force: true });
  };
  process.on('exit', release);
  /** @param {readonly number[]} children */
  const note = (children) => {
    if (!held()) return;
    const next = `${file}.${owner.token}`;
    writeFileSync(next, JSON.stringify({ ...owner, children: children.map(identify) }));
    renameSync(next, file);
  };
  return { held, note, release };
}

/** @template T @param {() => T} work @returns {T | undefined} */
function attempt(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code;
}
