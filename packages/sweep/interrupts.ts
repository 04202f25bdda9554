/** Ctrl-C: once to drain, twice to stop. */

export interface Interrupts {
  readonly drain: AbortSignal;
  readonly stop: AbortSignal;
  /** Gives the signals back to the process. */
  readonly release: () => void;
}

/** Watches SIGINT and SIGTERM of this process; a third one ends it, as if nobody watched. */
export function watchInterrupts(): Interrupts {
  const drain = new AbortController();
  const stop = new AbortController();
  const interrupt = (): void => {
    if (stop.signal.aborted) process.exit(130);
    if (drain.signal.aborted) stop.abort();
    drain.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return {
    drain: drain.signal,
    stop: stop.signal,
    release: () => {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    },
  };
}
