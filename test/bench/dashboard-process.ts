/** The dashboard as its command starts it, a process of its own. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../packages/cli/bin/netspace.mjs', import.meta.url));

export interface DashboardProcess {
  readonly link: string;
  /** Milliseconds from the start of the process to its first answer. */
  readonly startTime: number;
  /** Bytes that it holds in memory; Linux alone tells. */
  readonly memory: () => number;
  /** That all its threads have computed; Linux alone tells. */
  readonly cpuSeconds: () => number;
  readonly close: () => Promise<void>;
}

export async function spawnDashboard(location: string): Promise<DashboardProcess> {
  const start = performance.now();
  const words = [script, 'dashboard', '--store', location, '--port', '0', '--json'];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const link = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', (line) => resolve((JSON.parse(line) as { url: string }).url));
    child.once('exit', (code) => reject(new Error(`netspace dashboard ended with ${code}`)));
  });
  await (await fetch(link)).arrayBuffer();
  return {
    link,
    startTime: performance.now() - start,
    memory: () => {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? NaN) * 1024;
    },
    cpuSeconds: () => {
      // Behind the name in brackets, which may hold anything: the state, ten numbers, then ticks of a hundredth of a second.
      const [, rest = ''] = /.*\) (.*)/.exec(readFileSync(`/proc/${child.pid}/stat`, 'utf8')) ?? [];
      const [user, system] = rest.split(' ').slice(11, 13).map(Number);
      return ((user ?? NaN) + (system ?? NaN)) / 100;
    },
    close: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
