/**
 * What pages ask of the store, answered once for all of them: those who are told of an event ask the same at the same time. An answer is
 * kept while the store says that nothing has changed; what tells of the time that has passed, no longer than a moment.
 */
import type { Store } from '@netspace/store/store';

/** Milliseconds for which an answer is good that grows old by itself: a lease that runs out changes nothing in the store. */
const moment = 1000;
const mostKept = 100;

interface KeptAnswer {
  readonly version: string;
  /** By a steady clock. */
  readonly until: number;
  readonly json: Promise<Buffer>;
}

export interface KeptAnswers {
  /** The JSON of what `make` yields, the same bytes for all; made unless that is known for this key; `ages` where it tells of time. */
  answer(key: string, make: () => Promise<unknown>, ages?: boolean): Promise<Buffer>;
}

export function keepAnswers(store: Store): KeptAnswers {
  const kept = new Map<string, KeptAnswer>();
  return {
    answer: async (key, make, ages = false) => {
      // Asked before the answer is made: what changes meanwhile makes it old.
      const version = await store.version();
      const now = performance.now();
      const known = kept.get(key);
      if (known?.version === version && now < known.until) return known.json;
      const until = ages ? now + moment : Infinity;
      const made = { version, until, json: make().then((value) => Buffer.from(JSON.stringify(value))) };
      kept.delete(key);
      kept.set(key, made);
      const [oldest] = kept.keys();
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
      // A failure is told to those who wait for it, and not kept.
      made.json.catch(() => kept.get(key) === made && kept.delete(key));
      return made.json;
    },
  };
}
