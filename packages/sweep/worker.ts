/** The loop of a worker process: it trains what its supervisor sends, reports, and never outlives it. */
import type { TrainingOptions } from '@netspace/train/train';
import type { Answer, DataRequest, Order, PreparedTraining, Work } from './work.ts';

/** Milliseconds between two reports inside an epoch. */
const reportInterval = 500;

/** Serves the supervisor at the other end of the process' channel; `prepare` loads data and library once. */
export function serveTrials(prepare: (data: DataRequest) => Promise<PreparedTraining>): void {
  if (!process.send) throw new Error('a worker is started by "netspace run", not by hand');
  const leaveWithSupervisor = watchSupervisor();
  let prepared: Promise<PreparedTraining> | undefined;
  process.on('message', (order: Order) => {
    if (order.kind === 'leave') process.exit(0);
    if (order.kind === 'prepare') void announce((prepared = prepare(order.data)));
    else void serve(order.work, prepared, leaveWithSupervisor);
  });
}

/**
 * Ends the process when its supervisor is gone. The event says so only between two steps; a training that never waits
 * is covered by asking at each step who the parent is, which costs a microsecond.
 */
function watchSupervisor(): () => void {
  const supervisor = process.ppid;
  process.on('disconnect', () => process.exit(1));
  // Ctrl-C in a terminal reaches the whole group of processes; what follows from it is the supervisor's to say.
  process.on('SIGINT', () => {});
  return () => {
    if (process.ppid !== supervisor) process.exit(1);
  };
}

async function announce(preparing: Promise<PreparedTraining>): Promise<void> {
  try {
    const { provenance } = await preparing;
    report({ kind: 'ready', provenance });
  } catch (error) {
    report({ kind: 'unfit', reason: describe(error) });
  }
}

async function serve(
  work: Work,
  prepared: Promise<PreparedTraining> | undefined,
  check: () => void,
): Promise<void> {
  const cpuBefore = process.cpuUsage();
  try {
    if (!prepared) throw new Error('asked to train before anything was prepared');
    const { train } = await prepared;
    const result = await train(work, trainingOptions(work, check));
    const { status } = result;
    if (status === 'stopped') throw new Error('the training stopped before its last epoch');
    const { user, system } = process.cpuUsage(cpuBefore);
    const memory = process.memoryUsage.rss();
    report({ kind: 'trained', result: { ...result, status }, cpuSeconds: (user + system) / 1e6, memory });
  } catch (error) {
    report({ kind: 'failed', reason: describe(error), memory: process.memoryUsage.rss() });
  }
}

function trainingOptions(work: Work, check: () => void): TrainingOptions {
  let reportedAt = -Infinity;
  return {
    seed: work.seed,
    onStep: ({ epoch, step, stepsPerEpoch, imagesPerSecond }) => {
      check();
      const now = performance.now();
      if (now - reportedAt < reportInterval) return;
      reportedAt = now;
      report({ kind: 'step', epoch, share: step / stepsPerEpoch, imagesPerSecond });
    },
    onEpoch: (record) => {
      check();
      report({ kind: 'epoch', record });
    },
  };
}

function report(answer: Answer): void {
  if (process.connected) process.send?.(answer);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
