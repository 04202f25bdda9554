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
  const { drain, stop, interrupt } = twoSteps();
  let terminated = false;
  const release = listen({
    SIGUSR1: () => drain.abort(),
    SIGINT: interrupt,
    SIGTERM: () => {
      terminated = true;
      stop.abort();
    },
  });
  return { drain: drain.signal, stop: stop.signal, terminated: () => terminated, release };
}

/** The same for one who watches others at work: SIGTERM, and a terminal that is closed, only end the watching. */
export function watchWatcher(): Interrupts & { readonly leave: AbortSignal } {
  const { drain, stop, interrupt } = twoSteps();
  const leave = new AbortController();
  const release = listen({ SIGINT: interrupt, SIGTERM: () => leave.abort(), SIGHUP: () => leave.abort() });
  return { drain: drain.signal, stop: stop.signal, leave: leave.signal, release };
}

function twoSteps() {
  const drain = new AbortController();
  const stop = new AbortController();
  return { drain, stop, interrupt: (): void => (drain.signal.aborted ? stop.abort() : drain.abort()) };
}

/** Listens until the function that it returns is called. */
function listen(listeners: Partial<Record<NodeJS.Signals, () => void>>): () => void {
  for (const [signal, listener] of Object.entries(listeners)) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of Object.entries(listeners)) process.off(signal, listener);
  };
}
