/**
 * The time that a search was given, and how much of it is spent: by a clock on the wall, whatever else the machine has to do. It is kept in the
 * search's folder, so that one that was interrupted goes on with what was left; the time in between does not count.
 */
import { fileNames, readText, writeText } from './search-folder.ts';

/** A clock that is never set, and its alarm. */
export interface Clock {
  /** Seconds since the program began. */
  readonly now: () => number;
  /** Calls after so many seconds, unless it is taken back by what it returns. */
  readonly after: (seconds: number, call: () => void) => () => void;
}

export const processClock: Clock = {
  now: () => performance.now() / 1000,
  after: (seconds, call) => {
    const timer = setTimeout(call, Math.min(1000 * seconds, longestTimer));
    return () => clearTimeout(timer);
  },
};

/** Node's timers end at once when they are to last longer. */
const longestTimer = 2 ** 31 - 1;

/** What is kept; seconds. */
interface TimeSpent {
  readonly spent: number;
  /** What was left out for want of time, a sentence each. */
  readonly shortened: readonly string[];
  /** Spent when the result was there; not there before. */
  readonly ended?: number;
}

/** What became of the time that was given; seconds. */
export interface TimeUsed {
  readonly given: number;
  readonly spent: number;
  /** What was left out for want of it, a sentence each. */
  readonly shortened: readonly string[];
}

/** When work is to end. */
export interface Deadline {
  readonly secondsLeft: number;
  readonly ready?: () => boolean;
  readonly atMost?: number;
}

export interface Timekeeper {
  /** Whether a time was given at all. */
  readonly isLimited: boolean;
  readonly spent: () => number;
  /** Infinity where no time was given; below 0 when it is over. */
  readonly left: () => number;
  /** What was left out, once for each sentence. */
  readonly tell: (sentence: string) => void;
  readonly shortened: () => readonly string[];
  /**
   * Has the work end, by the signal, when so many seconds are left; no signal where no time was given. Where it is `ready` later only, it ends
   * then, or when no more than `atMost` seconds are left.
   */
  readonly until: <T>(end: Deadline, work: (deadline: AbortSignal | undefined) => Promise<T>) => Promise<T>;
  /** Notes that the result is there; what it says first is what it says ever after. */
  readonly end: () => number;
  /** From here on the folder is there, and time is kept in it. */
  readonly keep: () => void;
  readonly close: () => void;
}

/** How often what is spent is written, in seconds: so much is forgotten when the process is killed. */
const writeEvery = 5;

/** How often what is not ready is asked again, in seconds. */
const askEvery = 0.25;

export function openTimekeeper(folder: string, time: number | undefined, clock: Clock): Timekeeper {
  const known = time === undefined ? undefined : readText(folder, fileNames.time);
  const before: TimeSpent = known === undefined ? { spent: 0, shortened: [] } : JSON.parse(known);
  const shortened = [...before.shortened];
  let { ended } = before;
  let cancel: (() => void) | undefined;
  const spent = (): number => before.spent + clock.now();
  const left = (): number => (time === undefined ? Infinity : time - spent());
  const write = (): void => {
    const kept: TimeSpent = { spent: spent(), shortened, ...(ended !== undefined && { ended }) };
    writeText(folder, fileNames.time, `${JSON.stringify(kept, null, 2)}\n`);
  };
  const tick = (): void => {
    write();
    cancel = clock.after(writeEvery, tick);
  };
  return {
    isLimited: time !== undefined,
    spent,
    left,
    tell: (sentence) => {
      if (!shortened.includes(sentence)) shortened.push(sentence);
    },
    shortened: () => shortened,
    until: async ({ secondsLeft, ready, atMost = secondsLeft }, work) => {
      if (time === undefined) return work(undefined);
      const deadline = new AbortController();
      let forget: (() => void) | undefined;
      const look = (): void => {
        const rest = left() - secondsLeft;
        if (rest > 0) forget = clock.after(rest, look);
        else if (ready?.() === false && left() > atMost) forget = clock.after(askEvery, look);
        else deadline.abort();
      };
      look();
      try {
        return await work(deadline.signal);
      } finally {
        forget?.();
      }
    },
    end: () => (ended ??= spent()),
    keep: () => {
      if (time !== undefined && !cancel) tick();
    },
    close: () => {
      if (!cancel) return;
      cancel();
      write();
    },
  };
}

/** Aborted when one of them is; undefined where there is none. */
export function anyOf(...signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length === 0 ? undefined : AbortSignal.any(given);
}
