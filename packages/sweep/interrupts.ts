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

/**
 * The same for a worker that a scheduler places and takes away: SIGTERM stops at once, SIGUSR1, which comes ahead of a time limit,
 * drains, and Ctrl-C drains first and stops then. SIGCONT, which schedulers send along, changes nothing.
 */
export function watchScheduler(): Interrupts & { readonly terminated: () => boolean } {
  const interrupts = new AbortController();
  const stop = new AbortController();
  let terminated = false;
  const drain = (): void => interrupts.abort();
  const listeners = {
    SIGUSR1: drain,
    SIGINT: () => (interrupts.signal.aborted ? stop.abort() : drain()),
    SIGTERM: () => {
      terminated = true;
      stop.abort();
    },
  };
  for (const [signal, listen] of Object.entries(listeners)) process.on(signal, listen);
  return {
    drain: interrupts.signal,
    stop: stop.signal,
    terminated: () => terminated,
    release: () => {
      for (const [signal, listen] of Object.entries(listeners)) process.off(signal, listen);
    },
  };
}
