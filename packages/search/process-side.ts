/** The other side of `process-call.ts`: what a process does with its one order. */

/** Runs the work for the order that comes, then ends; never outlives the process that started it. */
export function serveCall<Order>(work: (order: Order) => void | Promise<void>): void {
  process.on('disconnect', () => process.exit(1));
  // Ctrl-C reaches the whole group of processes; what follows is the parent's to say.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
  process.on('message', (order: Order) => void obey(order, work));
}

async function obey<Order>(order: Order, work: (order: Order) => void | Promise<void>): Promise<void> {
  try {
    await work(order);
    process.exitCode = 0;
  } catch (error) {
    process.stderr.write(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
  // What was said before has left by then: messages keep their order.
  process.send?.({ kind: 'end' }, undefined, undefined, () => process.exit());
}

export function answer<Answer extends object>(said: Answer): void {
  if (process.connected) process.send?.(said);
}
