/** Moments at which a kill may do harm, as they are seen from outside: in the folders of a store and of its checkpoints. */
import { mkdirSync, watch } from 'node:fs';
import type { Random } from '@netspace/stats/random';

/**
 * `any`: a random time. `checkpoint`: the draft of a checkpoint is being written. `record`: a checkpoint has just got its name, so that
 * its epoch, or the result of its trial, is on its way to the store. `log`: the database writes to its log.
 */
export type Moment = 'any' | 'checkpoint' | 'record' | 'log';

export const moments: readonly Moment[] = ['any', 'checkpoint', 'record', 'log'];

/** Where they are seen. */
export interface Places {
  /** The folder of the checkpoints. */
  readonly checkpoints: string;
  /** The folder in which the database keeps its log, and the first letters of the log's files. */
  readonly log: { readonly folder: string; readonly prefix: string };
}

/** Longest random time in milliseconds, counted from the last kill: from the very start of a process to well inside its trainings. */
const span = 2500;
/** Milliseconds after which a moment is given up that does not come. */
const patience = 20_000;

/**
 * Acts at the next moment of a kind, inside the very event that tells of it; the trial (its place in the plan, from 0) where the
 * moment belongs to one. Resolves when it has acted or `ended` has come first.
 */
export async function actAt(
  moment: Moment,
  places: Places,
  stream: Random,
  ended: Promise<unknown>,
  act: (trial?: number) => void,
): Promise<boolean> {
  const cancel = new AbortController();
  const acted = occurrence(moment, places, stream, cancel.signal, act).then(() => true);
  try {
    return await Promise.race([acted, ended.then(() => false)]);
  } finally {
    cancel.abort();
  }
}

function occurrence(
  moment: Moment,
  places: Places,
  stream: Random,
  cancelled: AbortSignal,
  act: (trial?: number) => void,
): Promise<void> {
  if (moment === 'any') return after(stream.below(span), cancelled, act);
  if (moment === 'log') {
    const { folder, prefix } = places.log;
    // One of the next writes: the lease of a trial, an epoch, a result.
    let left = 1 + stream.below(4);
    return watchFor(
      folder,
      (name) => name.startsWith(prefix) && --left === 0,
      cancelled,
      () => act(),
    );
  }
  mkdirSync(places.checkpoints, { recursive: true });
  const ending = moment === 'checkpoint' ? '.draft' : '.checkpoint';
  let left = 1 + stream.below(4);
  const delay = stream.below(12);
  const isIt = (name: string): boolean => name.endsWith(ending) && --left === 0;
  return watchFor(places.checkpoints, isIt, cancelled, (name) => {
    const trial = Number(/-(\d+)\.checkpoint/.exec(name)?.[1]) - 1;
    if (moment === 'checkpoint') act(trial);
    else return after(delay, cancelled, () => act(trial));
  });
}

function after(milliseconds: number, cancelled: AbortSignal, act: () => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      act();
      resolve();
    }, milliseconds);
    cancelled.addEventListener('abort', () => clearTimeout(timer));
  });
}

function watchFor(
  folder: string,
  isIt: (name: string) => boolean,
  cancelled: AbortSignal,
  act: (name: string) => void | Promise<void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const watcher = watch(folder, { signal: cancelled });
    const end = async (name: string): Promise<void> => {
      clearTimeout(timer);
      const acting = act(name);
      watcher.close();
      await acting;
      resolve();
    };
    const timer = setTimeout(() => void end(''), patience);
    cancelled.addEventListener('abort', () => clearTimeout(timer));
    watcher.on('error', reject);
    watcher.on('change', (_kind, name) => {
      if (isIt(String(name))) void end(String(name));
    });
  });
}
