/**
 * The fleet of a sweep: tasks that an engine has started, watched until nothing is left to train.
 *
 * Trials are the store's concern: a task that dies loses its leases, and whoever is there trains them. What is done here is only to keep
 * as many tasks as there is work for: those that end too early are started again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isFinished, type Store, type Sweep } from '@netspace/store/store';
import type { Engine, Task } from './engine.ts';
import { observeSweep } from './observation.ts';
import type { Emit, SweepEvent } from './sweep-event.ts';

export interface FleetOptions {
  /** Tasks at a time. */
  readonly tasks: number;
  readonly onEvent: (event: SweepEvent) => void;
  /** Aborted: tasks end their epochs and no others begin. */
  readonly drain: AbortSignal;
  /** Aborted: tasks are ended at once. */
  readonly stop: AbortSignal;
  /** Aborted: the tasks go on without being watched. */
  readonly leave: AbortSignal;
  /** Starts and ends no tasks, and leaves when none is left. */
  readonly watchesOnly?: boolean;
  /** Milliseconds between two looks. */
  readonly interval?: number;
}

/** Tasks that end again and again before they train anything; `code` is `fleet`. */
class FleetError extends Error {
  readonly code = 'fleet';
}

/** Starts of a task, on average, of which none brings anything, before the fleet is given up. */
const barrenStarts = 3;

/** What is remembered between two looks. */
interface Watch {
  readonly engine: Engine;
  readonly options: FleetOptions;
  readonly emit: Emit;
  /** Starts since a trial was last seen to be trained or to have ended. */
  starts: number;
  ended: number;
  told?: 'drain' | 'now';
  away: boolean;
  queue: string;
  /** Tasks that were seen waiting or running. */
  readonly known: Set<string>;
}

/** Keeps a sweep's tasks going until all trials have ended; true when it was interrupted before. */
export async function runFleet(
  store: Store,
  sweep: Sweep,
  engine: Engine,
  options: FleetOptions,
): Promise<boolean> {
  const { interval = 3000, stop, drain, leave } = options;
  const emit: Emit = (event) => options.onEvent({ ...event, at: Date.now() });
  const look = observeSweep(store, sweep.id, emit);
  const watch: Watch = {
    engine,
    options,
    emit,
    starts: 0,
    ended: 0,
    away: false,
    queue: '',
    known: new Set(),
  };
  for (;;) {
    const now = await look();
    const goesOn = isFinished(now.counts) ? false : await tend(watch, now);
    if (!goesOn || leave.aborted) {
      const interrupted = !isFinished(now.counts);
      emit({ kind: 'ended', counts: now.counts, interrupted });
      return interrupted;
    }
    const signals = [leave, ...(drain.aborted ? [] : [drain]), ...(stop.aborted ? [] : [stop])];
    await sleep(interval, undefined, { signal: AbortSignal.any(signals) }).catch(() => {});
  }
}

/** One look at the tasks, and what follows from it; false when none will work on the sweep any more. */
async function tend(watch: Watch, sweep: Sweep): Promise<boolean> {
  try {
    const tasks = await watch.engine.list();
    for (const task of tasks) if (isLive(task)) watch.known.add(task.id);
    if (watch.away) watch.emit({ kind: 'note', text: 'the scheduler answers again' });
    watch.away = false;
    tellQueue(watch, tasks);
    const { drain, stop } = watch.options;
    if (drain.aborted || stop.aborted) return await windDown(watch, tasks);
    if (watch.options.watchesOnly) return tasks.some(isLive);
    if (isCancelled(watch, tasks)) return false;
    await refill(watch, tasks, sweep);
  } catch (error) {
    // Jobs outlive a controller that is away or busy; a command that never worked is another matter.
    if (error instanceof FleetError || watch.queue === '') throw error;
    if (!watch.away)
      watch.emit({
        kind: 'note',
        text: `${error instanceof Error ? error.message : String(error)}; asking again`,
      });
    watch.away = true;
  }
  return true;
}

async function windDown(watch: Watch, tasks: readonly Task[]): Promise<boolean> {
  const how = watch.options.stop.aborted ? 'now' : 'drain';
  if (watch.told !== how) {
    if (how === 'drain') watch.emit({ kind: 'draining' });
    await watch.engine.stop(how);
    watch.told = how;
    return true;
  }
  return how === 'drain' && tasks.some(isLive);
}

/** Somebody wanted it so: nothing is started again. */
function isCancelled({ emit, known }: Watch, tasks: readonly Task[]): boolean {
  const cancelled =
    !tasks.some(isLive) && tasks.some(({ id, state }) => known.has(id) && state === 'cancelled');
  if (cancelled) emit({ kind: 'note', text: 'the tasks were cancelled; what is not trained stays planned' });
  return cancelled;
}

async function refill(watch: Watch, tasks: readonly Task[], sweep: Sweep): Promise<void> {
  const { counts, waiting } = sweep;
  const ended = counts.completed + counts.diverged + counts.failed + counts.cancelled;
  if (counts.leased > 0 || ended > watch.ended) watch.starts = 0;
  watch.ended = ended;
  const work = Math.max(1, counts.planned - waiting + counts.leased);
  const missing = Math.min(watch.options.tasks, work) - tasks.filter(isLive).length;
  if (missing <= 0) return;
  const idle = tasks.filter(({ id, state }) => watch.known.has(id) && state === 'ended').slice(-missing);
  checkSense(watch, idle);
  const again: Task[] = [];
  for (const task of idle) if (await watch.engine.requeue(task)) again.push(task);
  for (const { id, words } of again)
    watch.emit({
      kind: 'note',
      text: `task ${id} ended (${words}) while there is work; it is started again`,
    });
  const rest = missing - again.length;
  if (rest > 0) {
    const job = await watch.engine.submit(rest);
    watch.emit({ kind: 'note', text: `submitted job ${job} with ${rest} ${rest === 1 ? 'task' : 'tasks'}` });
  }
  watch.starts += missing;
  watch.queue ||= 'submitted';
}

function checkSense({ engine, starts, options }: Watch, idle: readonly Task[]): void {
  if (starts <= barrenStarts * options.tasks) return;
  const last = idle.at(-1);
  const words = last ? engine.lastWords(last) : '';
  throw new FleetError(
    `the tasks end before they train anything (${last?.words ?? 'they are gone'}); see their logs${words === '' ? '' : `, which end with\n${words}`}`,
  );
}

/** A line about tasks whenever their number in each state changes. */
function tellQueue(watch: Watch, tasks: readonly Task[]): void {
  const live = tasks.filter(isLive);
  const ready = live.filter(({ state }) => state === 'running').length;
  const [first] = live.filter(({ state }) => state === 'waiting');
  const queue = `${ready} of ${live.length} tasks run${first ? `, the others wait: ${first.words}` : ''}`;
  if (live.length > 0 && queue !== watch.queue) watch.emit({ kind: 'note', text: queue });
  if (live.length > 0) watch.queue = queue;
}

function isLive({ state }: Task): boolean {
  return state === 'waiting' || state === 'running';
}
