/**
 * Slurm as an engine: a job array of workers. Only its commands are used, in their text form, which has been the same in all releases;
 * their JSON has not. Tested with Slurm 22.05.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { formatBatchScript, type BatchOptions } from './batch-script.ts';
import type { Engine, Task } from './engine.ts';

/** Slurm is not there, or did not do what it was asked for; `code` is `slurm`. */
export class SlurmError extends Error {
  readonly code = 'slurm';
}

export interface SlurmOptions extends BatchOptions {
  /** Name of all jobs of the sweep; by it they are found again. */
  readonly name: string;
  /** Only the tasks of this job. */
  readonly job?: string;
  /** Variables of the tasks, beside those of this process. */
  readonly environment: Readonly<Record<string, string>>;
}

/** How long a command of Slurm may take: a busy controller answers late. Milliseconds. */
const patience = 60_000;

export function slurmEngine(options: SlurmOptions): Engine {
  const { name, environment, job } = options;
  const list = async (): Promise<Task[]> =>
    (await listTasks(name)).filter(({ id }) => job === undefined || id.split('_')[0] === job);
  return {
    async submit(tasks) {
      mkdirSync(options.logs, { recursive: true });
      const words = ['--parsable', '--export=ALL', `--array=0-${tasks - 1}`];
      const printed = await slurm('sbatch', words, { input: formatBatchScript(name, options), environment });
      // "4711;cluster" where there are several clusters.
      return printed.trim().split(';')[0] ?? '';
    },
    list,
    requeue: (task) => requeue(task),
    stop: async (how) => stop(await list(), how),
    lastWords: (task) => readTail(join(options.logs, `${task.id}.log`)),
  };
}

/** Of all jobs of this user with this name: `-r` gives a line to every task, `-t all` to those that have ended, too. */
async function listTasks(name: string): Promise<Task[]> {
  const user = userInfo().username;
  const words = ['-h', '-r', '-t', 'all', '-u', user, '-n', name, '-o', '%i|%T|%r|%N'];
  const lines = (await slurm('squeue', words)).split('\n').filter((line) => line.includes('|'));
  return lines.map(readTask);
}

const waitingStates = new Set([
  'PENDING',
  'REQUEUED',
  'REQUEUE_HOLD',
  'REQUEUE_FED',
  'SPECIAL_EXIT',
  'RESV_DEL_HOLD',
]);
const runningStates = new Set([
  'RUNNING',
  'COMPLETING',
  'CONFIGURING',
  'SUSPENDED',
  'STOPPED',
  'STAGE_OUT',
  'SIGNALING',
  'RESIZING',
]);

/** Reads "4711_3|RUNNING|None|node7". */
export function readTask(line: string): Task {
  const [id = '', state = '', reason = '', node = ''] = line.split('|');
  const about = [reason === 'None' ? '' : reason, node].filter((word) => word !== '').join(', ');
  const words = about === '' ? state : `${state} (${about})`;
  if (waitingStates.has(state)) return { id, state: 'waiting', words };
  if (runningStates.has(state)) return { id, state: 'running', words };
  return { id, state: state === 'CANCELLED' ? 'cancelled' : 'ended', words };
}

async function requeue({ id }: Task): Promise<boolean> {
  try {
    await slurm('scontrol', ['requeue', id]);
  } catch {
    // Forgotten by Slurm (MinJobAge), or the site allows no requeues.
    return false;
  }
  // Slurm delays what it starts again by two minutes, lest the old credential be used; where that may be changed, it begins now.
  await slurm('scontrol', ['update', `JobId=${id}`, 'StartTime=now']).catch(() => {});
  return true;
}

async function stop(tasks: readonly Task[], how: 'drain' | 'now'): Promise<void> {
  const ids = (state: Task['state']): string[] =>
    tasks.filter((task) => task.state === state).map(({ id }) => id);
  const end = how === 'now' ? [...ids('waiting'), ...ids('running')] : ids('waiting');
  if (end.length > 0) await slurm('scancel', end);
  const warned = how === 'drain' ? ids('running') : [];
  // --batch: the worker alone, which passes the wish on to its processes.
  if (warned.length > 0) await slurm('scancel', ['--signal=USR1', '--batch', ...warned]);
}

function readTail(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').slice(-5).join('\n');
  } catch {
    return '';
  }
}

interface Input {
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a command of Slurm; what it prints. */
async function slurm(
  program: string,
  words: readonly string[],
  { input = '', environment = {} }: Input = {},
): Promise<string> {
  // A format of the user's own would change what is read here.
  const { SQUEUE_FORMAT: _f, SQUEUE_FORMAT2: _f2, SQUEUE_SORT: _s, ...env } = process.env;
  const running = promisify(execFile)(program, words, {
    timeout: patience,
    maxBuffer: 2 ** 26,
    env: { ...env, ...environment },
  });
  running.child.stdin?.on('error', () => {});
  running.child.stdin?.end(input);
  try {
    return (await running).stdout;
  } catch (error) {
    const { code, stderr = '', killed } = error as { code?: unknown; stderr?: string; killed?: boolean };
    if (code === 'ENOENT')
      throw new SlurmError(
        `${program} is not on this machine; run this on a machine that submits jobs to Slurm`,
        { cause: error },
      );
    const why = killed ? `it did not answer within ${patience / 1000} s` : stderr.trim() || String(error);
    throw new SlurmError(`${program} ${words[0] ?? ''}: ${why}`, { cause: error });
  }
}
