/** Who holds a lease: a supervisor, told apart from all others and, on its own machine, from the dead. */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A name for this supervisor that no other has: host, place, process, its begin and a random part; then its Slurm task, as 4711_3.r1. */
export function newOwner(environment: NodeJS.ProcessEnv = process.env): string {
  const parts = [hostname(), place, process.pid, born, randomUUID().slice(0, 8)];
  return [...parts, ...slurmTask(environment)].join(':');
}

/** When this process began, to tell it from an earlier one of the same number: containers count from the same one each time. */
const born = Math.round(performance.timeOrigin).toString(36);

/**
 * Where process numbers mean the same: the running kernel and the namespace in which it numbers our processes. Containers may share a
 * host's name, and machines too, but a number of one says nothing about the processes of another.
 */
const place = createHash('sha256').update(describePlace()).digest('hex').slice(0, 8);

function describePlace(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8') + readlinkSync('/proc/self/ns/pid');
  } catch {
    // No Linux: no containers either.
    return hostname();
  }
}

/** The part behind r counts how often Slurm has started the task again. */
function slurmTask(environment: NodeJS.ProcessEnv): string[] {
  const { SLURM_ARRAY_JOB_ID, SLURM_ARRAY_TASK_ID, SLURM_JOB_ID, SLURM_RESTART_COUNT = '0' } = environment;
  const task =
    SLURM_ARRAY_JOB_ID === undefined ? SLURM_JOB_ID : `${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}`;
  return task === undefined ? [] : [`${task}.r${SLURM_RESTART_COUNT}`];
}

/**
 * True when an owner ran at this place and its process is no more. False whenever that is not sure: the owner of another machine or
 * container, or a process number in use again; these are found out when their lease runs out.
 */
export function isDead(owner: string): boolean {
  const [host, where, pid = '', birth] = owner.split(':');
  if (host !== hostname() || where !== place || !/^\d+$/.test(pid)) return false;
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
