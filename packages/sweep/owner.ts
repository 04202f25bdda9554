/** Who holds a lease: a supervisor, told apart from all others and, on its own machine, from the dead. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** A name for this supervisor that no other has: host, process and a random part. */
export function newOwner(): string {
  return `${hostname()}:${process.pid}:${born}:${randomUUID().slice(0, 8)}`;
}

/** When this process began, to tell it from an earlier one of the same number: containers count from the same one each time. */
const born = Math.round(performance.timeOrigin).toString(36);

/**
 * True when an owner ran on this machine and its process is no more. False whenever that is not sure: another machine's
 * owner, or a process number in use again; these are found out when their lease runs out.
 */
export function isDead(owner: string): boolean {
  const [host, pid, birth] = owner.split(':');
  if (host !== hostname() || !/^\d+$/.test(pid ?? '')) return false;
  return Number(pid) === process.pid ? birth !== born : !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
