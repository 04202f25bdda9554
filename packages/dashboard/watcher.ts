/**
 * Looks at the store for all who are connected at once: however many pages are open, the store is asked one cheap question every
 * 250 ms, and more only when its answer is another. While nobody looks, nothing is asked.
 */
import type { Store } from '@netspace/store/store';
import type { EndedTrial } from '@netspace/store/watch';
import type { DashboardEvent } from './event-schema.ts';

const interval = 250;
/** After an error, such as a database that restarts. */
const pause = 2000;
/** Commits may come in another order than the times they hold: so far back is looked again. */
const overlap = 60_000;

type Listener = (event: DashboardEvent) => void;

export interface Watcher {
  /** Sees what has changed up to now; at the cost of one question where nothing has. */
  refresh(): Promise<void>;
  /** Another number after whatever may change what is computed of a sweep. */
  versionOf(sweepId: number): number;
  /** Tells of every event until the returned function is called. */
  subscribe(listener: Listener): () => void;
  publish(event: DashboardEvent): void;
  close(): void;
}

export function watchStore(store: Store, log: (line: string) => void): Watcher {
  const listeners = new Set<Listener>();
  const versions = new Map<number, number>();
  const seen = new Map<string, number>();
  let sweeps: ReadonlyMap<number, string> | undefined;
  let last: string | undefined;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const publish = (event: DashboardEvent): void => listeners.forEach((listener) => listener(event));
  const bump = (sweepId: number): void => void versions.set(sweepId, (versions.get(sweepId) ?? 0) + 1);

  const look = async (): Promise<void> => {
    const version = await store.version();
    if (version === last) return;
    const state = await store.state();
    const recent = await store.endedSince(state.now - overlap);
    const fresh = recent.filter((trial) => !seen.has(keyOf(trial)));
    for (const trial of fresh) seen.set(keyOf(trial), trial.finishedAt);
    for (const [key, finishedAt] of seen) if (finishedAt < state.now - 2 * overlap) seen.delete(key);
    const changed = changedSweeps(sweeps, state.sweeps, fresh);
    changed.forEach(bump);
    const first = sweeps === undefined;
    sweeps = state.sweeps;
    last = version;
    if (first) return;
    for (const trial of fresh) publish(endedEvent(trial));
    if (changed.length > 0) publish({ kind: 'changed', sweepIds: changed });
  };
  const refresh = (): Promise<void> => {
    running ??= look().finally(() => (running = undefined));
    return running;
  };
  const tick = (delay: number): void => {
    timer = setTimeout(() => {
      refresh().then(
        () => again(interval),
        (error: unknown) => {
          log(`the store cannot be watched: ${error instanceof Error ? error.message : String(error)}`);
          again(pause);
        },
      );
    }, delay);
    timer.unref();
  };
  const again = (delay: number): void => {
    timer = undefined;
    if (listeners.size > 0 && !closed) tick(delay);
  };

  return {
    refresh,
    versionOf: (sweepId) => versions.get(sweepId) ?? 0,
    subscribe: (listener) => {
      listeners.add(listener);
      if (timer === undefined && !closed) tick(0);
      return () => void listeners.delete(listener);
    },
    publish,
    close: () => {
      closed = true;
      listeners.clear();
      clearTimeout(timer);
    },
  };
}

function keyOf({ trialId, attempt }: EndedTrial): string {
  return `${trialId}/${attempt}`;
}

function changedSweeps(
  before: ReadonlyMap<number, string> | undefined,
  after: ReadonlyMap<number, string>,
  ended: readonly EndedTrial[],
): number[] {
  const ids = new Set([...(before?.keys() ?? []), ...after.keys()]);
  const told = new Set(ended.map(({ sweepId }) => sweepId));
  return [...ids].filter((id) => told.has(id) || before?.get(id) !== after.get(id));
}

function endedEvent({
  sweepId,
  trialId,
  index,
  space,
  status,
  error,
  finishedAt,
}: EndedTrial): DashboardEvent {
  return {
    kind: 'ended',
    sweepId,
    trialId,
    index,
    space,
    status,
    ...(error !== undefined && { error }),
    finishedAt,
  };
}
