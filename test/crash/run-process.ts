/** `netspace run` as a process with its workers, which can be killed together and apart. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { followSupervisor, isAlive, type SupervisorProcess } from '../../packages/sweep/test/processes.ts';

const script = fileURLToPath(new URL('../../packages/cli/bin/netspace.mjs', import.meta.url));

/** Networks of two stages, six epochs of 16 steps each: about a second a trial, half of it in writing and asking. */
function planText(networks: number): string {
  const spaces = ['anynet-a', 'anynet-c'].map(
    (space) => `  - name: ${space}
    networks: ${networks}
    space:
      extends: ${space}
      stages: 2
      stem: { kind: simple, width: 8 }
      dimensions: { depth: [1, 2], width: [8, 16, 24, 32], groupWidth: [4, 8], bottleneckRatio: [1, 2] }
`,
  );
  return `name: crash
seed: 11
spaces:
${spaces.join('')}data: { name: fashion-mnist-12k, validationShare: 0.2, limit: 640 }
recipe: { epochs: 6, batchSize: 32, augmentation: flip-crop, emaAlpha: 0.001 }
`;
}

/** Writes the plan into a folder, which is the working folder of its runs; `networks` of each of two spaces. */
export function writePlan(folder: string, networks = 5): string {
  const file = join(folder, 'plan.yaml');
  writeFileSync(file, planText(networks));
  return file;
}

export interface Command {
  readonly plan: string;
  /** A file or a URL. */
  readonly store: string;
  readonly workers?: number;
  /** Seconds. */
  readonly lease?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface RunProcess extends SupervisorProcess {
  /** What it said on stderr so far. */
  readonly words: () => string;
  /** Its worker processes that live. */
  readonly living: () => readonly number[];
}

/** Trials are lost here by kills that are no fault of theirs, so any number of times. */
export function startRun({ plan, store, workers = 2, lease, environment = {} }: Command): RunProcess {
  const options = ['--store', store, '--workers', String(workers), '--max-attempts', '1000', '--json'];
  if (lease !== undefined) options.push('--lease', String(lease));
  const child = spawn(process.execPath, [script, 'run', plan, ...options], {
    cwd: dirname(plan),
    // A group of its own, so that one signal reaches it and its workers.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
  if (child.pid !== undefined) groups.add(child.pid);
  const run = followSupervisor(child);
  return { ...run, words: () => words, living: () => [...run.workers].filter(isAlive) };
}

const groups = new Set<number>();

/** Leaves no process behind when a test fails, not even a stopped worker whose supervisor is gone. */
export function endRuns(): void {
  for (const group of groups)
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // All have ended.
    }
  groups.clear();
}

/** Runs a command to its end; throws with its words where that is not success. */
export async function runToEnd(command: Command): Promise<RunProcess> {
  const run = startRun(command);
  const end = await run.exit;
  if (end !== 0) throw new Error(`netspace run ended with ${end}: ${run.words()}`);
  return run;
}

/** Kills the supervisor with its workers, as a power cut does. */
export function killGroup({ child }: RunProcess, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, signal);
}

/** The process that trains a trial (by its place in the plan, from 0), as the events tell. */
export function workerOf({ events }: RunProcess, index: number): number | undefined {
  const started = events.findLast((event) => event.kind === 'started' && event.trial.index === index);
  const worker = started?.kind === 'started' ? started.worker : undefined;
  const seat = events.findLast(
    (event) => event.kind === 'worker' && event.worker === worker && event.pid !== undefined,
  );
  return seat?.kind === 'worker' ? seat.pid : undefined;
}
