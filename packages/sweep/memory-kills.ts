/**
 * Tells a worker that the system killed for want of memory from one that somebody killed.
 *
 * The kernel counts such kills: in the process' control group (`memory.events` of version 2, `memory.oom_control` of version 1, where a
 * container's limit is counted as well), else for the whole machine (`/proc/vmstat`). It counts before it kills, so a count that has risen
 * when a worker is found dead, by a kill that nobody else has claimed, was this worker's.
 */
import { readFileSync } from 'node:fs';

/** Kills for want of memory so far; undefined where nobody counts them. */
export type KillCounter = () => number | undefined;

/** Asked when a process begins something; the answer is to be asked once, when it has died of SIGKILL. */
export type MemoryWatch = () => () => boolean;

export function watchMemory(count: KillCounter = countMemoryKills): MemoryWatch {
  let claimed = 0;
  return () => {
    const before = count();
    const claimedBefore = claimed;
    return () => {
      const risen = (count() ?? 0) - (before ?? Infinity);
      const isIts = risen > claimed - claimedBefore;
      if (isIts) claimed++;
      return isIts;
    };
  };
}

/** Of this process' control group, which its workers share; of the machine where that has none. */
export function countMemoryKills(root = ''): number | undefined {
  for (const file of [...groupFiles(root), `${root}/proc/vmstat`]) {
    const [, count] = /^oom_kill (\d+)$/m.exec(readText(file)) ?? [];
    if (count !== undefined) return Number(count);
  }
  return undefined;
}

/** Inside a container the group's own folder may be mounted in the place of the root. */
function groupFiles(root: string): string[] {
  const groups = readText(`${root}/proc/self/cgroup`)
    .split('\n')
    .map((line) => line.split(':'));
  const pathOf = (isIt: (controllers: string) => boolean) =>
    groups.find(([, controllers = '']) => isIt(controllers))?.[2] ?? '/';
  const first = pathOf((controllers) => controllers.split(',').includes('memory'));
  const second = pathOf((controllers) => controllers === '');
  const base = `${root}/sys/fs/cgroup`;
  return [
    ...[first, '/'].map((path) => `${base}/memory${path}/memory.oom_control`),
    ...[second, '/'].map((path) => `${base}${path}/memory.events`),
  ];
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

export const outOfMemory =
  'out of memory: the system killed its process; use fewer workers (--workers), a smaller batchSize, or give it more memory';
