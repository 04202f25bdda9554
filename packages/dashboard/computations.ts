/**
 * What takes longer than an event loop may stand still: computed by threads of their own, once for each state of the sweeps it is
 * made of, and kept. While a newer one is computed the one before is shown.
 */
import { Worker } from 'node:worker_threads';
import { HttpError } from './http-error.ts';
import { sweepsOf, type Task, type TaskAnswer } from './task.ts';
import type { Watcher } from './watcher.ts';

/** Milliseconds to wait for a first result, and for a newer one where there is one to show. */
const patience = { first: 1000, newer: 20 };
/** Results that are kept. */
const mostKept = 64;

export interface Computations {
  /** The answer as JSON: see `computedSchema`. */
  answer(task: Task): Promise<string>;
  close(): Promise<void>;
}

interface Entry {
  result?: { readonly version: string; readonly json: string };
  running?: Promise<void>;
  failure?: { readonly version: string; readonly error: HttpError };
}

/** `store` is where the threads find the trials, as for `openStore`. */
export function computeInThreads(store: string, watcher: Watcher): Computations {
  const entries = new Map<string, Entry>();
  // EDFs, which every page asks for, do not wait behind an analysis of minutes.
  const threads = { edfs: openThread(store), trials: openThread(store), spaces: openThread(store) };
  const threadOf = ({ kind }: Task): Thread => {
    if (kind === 'edfs') return threads.edfs;
    return kind === 'count' || kind === 'sample' ? threads.spaces : threads.trials;
  };

  const run = async (entry: Entry, task: Task, version: string): Promise<void> => {
    try {
      entry.result = { version, json: await threadOf(task).run(task) };
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      entry.failure = { version, error };
    } finally {
      delete entry.running;
      watcher.publish({ kind: 'computed', sweepIds: sweepsOf(task) });
    }
  };

  return {
    answer: async (task) => {
      await watcher.refresh();
      const version = sweepsOf(task)
        .map((id) => `${id}:${watcher.versionOf(id)}`)
        .join(' ');
      const entry = take(entries, JSON.stringify(task));
      if (entry.failure?.version === version) throw entry.failure.error;
      if (entry.result?.version !== version) {
        entry.running ??= run(entry, task, version);
        await within(entry.running, entry.result ? patience.newer : patience.first);
        if (entry.failure?.version === version) throw entry.failure.error;
      }
      const { result } = entry;
      if (!result) return '{"state":"computing"}';
      return `{"state":"${result.version === version ? 'ready' : 'stale'}","result":${result.json}}`;
    },
    close: async () => {
      await Promise.all(Object.values(threads).map((thread) => thread.close()));
    },
  };
}

/** The entry of a key, moved to the end; the one that was not asked for longest goes. */
function take(entries: Map<string, Entry>, key: string): Entry {
  const entry = entries.get(key) ?? {};
  entries.delete(key);
  entries.set(key, entry);
  const [oldest] = entries;
  if (entries.size > mostKept && oldest && !oldest[1].running) entries.delete(oldest[0]);
  return entry;
}

async function within(promise: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  // A failure that nobody waits for any more is kept in its entry.
  await Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}

interface Thread {
  run(task: Task): Promise<string>;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (json: string) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that starts with its first task, and anew when it has died. */
function openThread(store: string): Thread {
  let worker: Worker | undefined;
  let count = 0;
  const waiting = new Map<number, Waiting>();
  const start = (): Worker => {
    const started = new Worker(entry, { workerData: { store }, execArgv: [] });
    started.unref();
    started.on('message', ({ id, json, problem }: TaskAnswer) => {
      if (json !== undefined) waiting.get(id)?.resolve(json);
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
