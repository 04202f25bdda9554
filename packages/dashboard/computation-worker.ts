/** The thread that computes: it has a connection to the store of its own. */
import { answerQuestions } from '@netspace/report/thread';
import { openStore } from '@netspace/store/open';
import type { Store } from '@netspace/store/store';
import { StoreError } from '@netspace/store/store-error';
import { existsSync, readlinkSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { basename } from 'node:path';
import { workerData } from 'node:worker_threads';
import { computeOfTrials } from './computation.ts';
import { computeOfSpace } from './space-computation.ts';
import { problemOfStore } from './store-problem.ts';
import type { Task, TaskAnswer } from './task.ts';

const { store: location } = workerData as { readonly store: string };
makeWayForTrainings();
let opened: Promise<Store> | undefined;
answerQuestions(answer);

/** On Linux a thread has a number and a priority of its own: where all processors train, it has a tenth of one. */
function makeWayForTrainings(): void {
  const self = '/proc/thread-self';
  if (!existsSync(self)) return;
  const thread = Number(basename(readlinkSync(self)));
  const { PRIORITY_BELOW_NORMAL: low } = constants.priority;
  if (getPriority(thread) < low) setPriority(thread, low);
}

async function answer(task: Task): Promise<TaskAnswer> {
  const start = performance.now();
  const taken = (): number => performance.now() - start;
  try {
    const json = JSON.stringify(await compute(task));
    return { json, milliseconds: taken() };
  } catch (error) {
    return { problem: describe(error), milliseconds: taken() };
  }
}

async function compute(task: Task): Promise<unknown> {
  if (!('selections' in task)) return computeOfSpace(task);
  opened ??= openStore(location);
  return computeOfTrials(await opened, task);
}

function describe(error: unknown): NonNullable<TaskAnswer['problem']> {
  if (error instanceof StoreError) {
    const problem = problemOfStore(error);
    return problem.status < 500 ? problem : { ...problem, message: error.stack ?? error.message };
  }
  if (!(error instanceof Error)) return { status: 500, code: 'failed', message: String(error) };
  const { code = 'failed', status } = error as { readonly code?: string; readonly status?: number };
  const known = status ?? statuses[code];
  if (known !== undefined) return { status: known, code, message: error.message };
  return { status: 500, code: 'failed', message: error.stack ?? error.message };
}

const statuses: Readonly<Record<string, number>> = {
  'no-trials': 409,
  'no-error': 409,
  'error-out-of-range': 409,
  SAMPLING: 409,
  'filter-invalid': 400,
};
