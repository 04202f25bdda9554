/** A thread that computes, seen from the server. */
import { Worker } from 'node:worker_threads';
import { HttpError } from './http-error.ts';
import type { Task, TaskAnswer } from './task.ts';

interface ComputedJson {
  readonly json: string;
  /** What computing took, without the start of the thread. */
  readonly milliseconds: number;
}

export interface ComputationThread {
  run(task: Task): Promise<ComputedJson>;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (computed: ComputedJson) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that starts with its first task, and anew when it has died. */
export function openThread(store: string): ComputationThread {
  let worker: Worker | undefined;
  let count = 0;
  const waiting = new Map<number, Waiting>();
  const start = (): Worker => {
    const started = new Worker(entry, { workerData: { store }, execArgv: [] });
    started.unref();
    started.on('message', ({ id, json, milliseconds, problem }: TaskAnswer) => {
      if (json !== undefined) waiting.get(id)?.resolve({ json, milliseconds });
      else waiting.get(id)?.reject(errorOf(problem));
      waiting.delete(id);
    });
    const end = (error?: Error): void => {
      if (worker === started) worker = undefined;
      const message = error?.message ?? 'it ended';
      for (const each of waiting.values())
        each.reject(new HttpError(500, 'computation-died', `the computation died (${message}); ask again`));
      waiting.clear();
    };
    started.on('error', end);
    started.on('exit', () => end());
    return started;
  };
  return {
    run: (task) => {
      const id = ++count;
      worker ??= start();
      worker.postMessage({ id, task });
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
    close: async () => void (await worker?.terminate()),
  };
}

/** What is a defect of ours is told where the server was started, and to nobody else. */
function errorOf(problem: TaskAnswer['problem']): HttpError {
  const { status = 500, code = 'failed', message = '' } = problem ?? {};
  if (status < 500) return new HttpError(status, code, message);
  const error = new HttpError(
    status,
    code,
    'this should not have happened; the terminal of netspace says more',
  );
  error.stack = message;
  return error;
}

/** From source the compiled thread is run. */
const entry = new URL(
  import.meta.url.endsWith('.ts') ? './dist/computation-worker.js' : './computation-worker.js',
  import.meta.url,
);
