/**
 * What takes longer than an event loop may stand still: computed by threads of their own, once for each state of the sweeps it is
 * made of, and kept. While a newer one is computed the one before is shown.
 */
import { openThread, type ComputationThread } from './computation-thread.ts';
import { HttpError } from './http-error.ts';
import { sweepsOf, type Task } from './task.ts';
import type { Watcher } from './watcher.ts';

/** Milliseconds to wait for a first result, and for a newer one where there is one to show. */
const patience = { first: 1000, newer: 20 };
/** Results that are kept. */
const mostKept = 64;
const computing = Buffer.from('{"state":"computing"}');
/** Between two computations of the same: so many times as long as one took, at most so many milliseconds. */
const rest = { times: 10, most: 60_000 };

export interface Computations {
  /** The answer as JSON: see `computedSchema`. */
  answer(task: Task): Promise<Buffer>;
  close(): Promise<void>;
}

interface Entry {
  /** The answer while it is the newest, and after. */
  result?: { readonly version: string; readonly ready: Buffer; readonly stale: Buffer };
  running?: Promise<void>;
  failure?: { readonly version: string; readonly error: HttpError };
  /** When it may be computed again, by a steady clock. */
  restsUntil?: number;
}

/** `store` is where the threads find the trials, as for `openStore`. */
export function computeInThreads(store: string, watcher: Watcher): Computations {
  const entries = new Map<string, Entry>();
  // EDFs, which every page asks for, do not wait behind an analysis of minutes.
  const threads = { edfs: openThread(store), trials: openThread(store), spaces: openThread(store) };
  const threadOf = ({ kind }: Task): ComputationThread => {
    if (kind === 'edfs') return threads.edfs;
    return kind === 'count' || kind === 'sample' ? threads.spaces : threads.trials;
  };
  const versionOf = (task: Task): string =>
    sweepsOf(task)
      .map((id) => `${id}:${watcher.versionOf(id)}`)
      .join(' ');

  const run = async (entry: Entry, task: Task): Promise<void> => {
    await pause((entry.restsUntil ?? 0) - performance.now());
    const version = versionOf(task);
    try {
      const { json, milliseconds } = await threadOf(task).run(task);
      entry.result = { version, ready: answerOf('ready', json), stale: answerOf('stale', json) };
      // Whoever asks for a report has pressed a button; all else is asked for whenever a trial ends.
      if (task.kind !== 'report')
        entry.restsUntil = performance.now() + Math.min(rest.most, rest.times * milliseconds);
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
      const version = versionOf(task);
      const entry = take(entries, JSON.stringify(task));
      if (entry.failure?.version === version) throw entry.failure.error;
      if (entry.result?.version !== version) {
        entry.running ??= run(entry, task);
        await within(entry.running, entry.result ? patience.newer : patience.first);
        if (entry.failure?.version === version) throw entry.failure.error;
      }
      const { result } = entry;
      if (!result) return computing;
      return result.version === version ? result.ready : result.stale;
    },
    close: async () => {
      await Promise.all(Object.values(threads).map((thread) => thread.close()));
    },
  };
}

function answerOf(state: 'ready' | 'stale', json: string): Buffer {
  return Buffer.from(`{"state":"${state}","result":${json}}`);
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

/** Keeps no process alive that would end. */
function pause(milliseconds: number): Promise<void> {
  if (milliseconds <= 0) return Promise.resolve();
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

async function within(promise: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  // A failure that nobody waits for any more is kept in its entry.
  await Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
