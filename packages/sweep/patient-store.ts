/** A store that may be away for a while, as its supervisor sees it: calls wait for it, and trainings go on meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '@netspace/store/store';
import { StoreError } from '@netspace/store/store-error';

export interface Patience {
  /** Told in a sentence that the store is away, and that it is back. */
  readonly note: (text: string) => void;
  /** Aborted: what is on its way may take `parting` milliseconds more, for then the process is to end. */
  readonly halted: AbortSignal;
  /** Leases as long as this are not taken from others until so long after the store was away: they could not be renewed. */
  readonly leaseMilliseconds: number;
  /** Milliseconds without an answer after which a word is said. */
  readonly silence?: number;
  /** Milliseconds without an answer after which no further try is made; the last one may take the store's own patience, two minutes. */
  readonly limit?: number;
  readonly parting?: number;
}

const patienceDefaults = { silence: 5000, limit: 3_600_000, parting: 8000 };

/** Longest pause between two tries, in milliseconds. */
const longestPause = 15_000;

/** The same store, whose methods, but for `population`, wait while its server cannot be reached; a file is there or not. */
export function patientStore(store: Store, given: Patience): Store {
  if (!store.location.includes('://')) return store;
  const patience = { ...patienceDefaults, ...given };
  let away = false;
  let backAt = -Infinity;

  const wait = async <T>(call: () => Promise<T>): Promise<T> => {
    const begin = performance.now();
    const timer = setTimeout(() => {
      if (!away) patience.note('the store does not answer; what is in training goes on meanwhile');
      away = true;
    }, patience.silence);
    try {
      const answer = await tryAgain(() => untilParting(call, patience), patience, begin + patience.limit);
      if (away)
        patience.note(`the store answers again, after ${Math.round((performance.now() - begin) / 1000)} s`);
      if (away) backAt = performance.now();
      away = false;
      return answer;
    } finally {
      clearTimeout(timer);
    }
  };

  return new Proxy(store, {
    get(target, key) {
      const method: unknown = Reflect.get(target, key);
      if (typeof method !== 'function' || key === 'population' || key === 'close') return method;
      const call = (...words: unknown[]) => wait(() => Promise.resolve(Reflect.apply(method, target, words)));
      if (key !== 'recoverTrials') return call;
      return (...words: unknown[]) =>
        performance.now() < backAt + patience.leaseMilliseconds ? Promise.resolve([]) : call(...words);
    },
  });
}

async function tryAgain<T>(
  call: () => Promise<T>,
  { halted }: Pick<Patience, 'halted'>,
  deadline: number,
): Promise<T> {
  for (let pause = 500; ; pause = Math.min(2 * pause, longestPause))
    try {
      return await call();
    } catch (error) {
      if (!isAway(error) || halted.aborted || performance.now() > deadline) throw error;
      await sleep(pause * (0.5 + Math.random()), undefined, { signal: halted }).catch(() => {});
    }
}

/** A process that was told to end does not wait for a store that is away: the lease of what it cannot give back runs out. */
async function untilParting<T>(call: () => Promise<T>, { halted, parting }: Required<Patience>): Promise<T> {
  const done = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const parted = new Promise<never>((_resolve, reject) => {
    const words = 'the store did not answer in time when this process was told to end';
    const part = (): void => {
      timer = setTimeout(() => reject(new StoreError('store-unreachable', words)), parting);
    };
    if (halted.aborted) part();
    else halted.addEventListener('abort', part, { once: true, signal: done.signal });
  });
  try {
    return await Promise.race([call(), parted]);
  } finally {
    clearTimeout(timer);
    done.abort();
  }
}

function isAway(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'store-unreachable';
}
