/** The loop of a worker process: it trains what its supervisor sends, reports, and never outlives it. */
import { CheckpointForeignError } from '@netspace/train/checkpoint';
import type { TrainingOptions } from '@netspace/train/train';
import type { TrainingResult } from '@netspace/train/training-result';
import { removeCheckpoint } from './checkpoints.ts';
import { trialCheckpoint, type TrialCheckpoint } from './trial-checkpoint.ts';
import { workerMark } from './worker-mark.ts';
import type { Answer, DataRequest, Order, PreparedTraining, TrainWork, Verdict, Work } from './work.ts';

/** Milliseconds between two reports inside an epoch. */
const reportInterval = 500;

/** Whether a supervisor has started this process: a script that is its own worker asks before it does anything else. */
export function isWorker(): boolean {
  return process.send !== undefined && process.env[workerMark] !== undefined;
}

/** Serves the supervisor at the other end of the process' channel; `prepare` loads data and library once. */
export function serveTrials(prepare: (data: DataRequest) => Promise<PreparedTraining>): void {
  if (!process.send) throw new Error('a worker is started by "netspace run", not by hand');
  const leaveWithSupervisor = watchSupervisor();
  let prepared: Promise<PreparedTraining> | undefined;
  process.on('message', (order: Order) => {
    if (order.kind === 'leave') process.exit(0);
    if (order.kind === 'prepare') void announce((prepared = prepare(order.data)));
    else if (order.kind === 'train') void serve(order.work, prepared, leaveWithSupervisor);
  });
}

/**
 * Ends the process when its supervisor is gone. The event says so only between two steps; a training that never waits
 * is covered by asking at each step who the parent is, which costs a microsecond.
 */
function watchSupervisor(): () => void {
  const supervisor = process.ppid;
  process.on('disconnect', () => process.exit(1));
  // Ctrl-C in a terminal, and what a scheduler sends, reach the whole group of processes; what follows is the supervisor's to say.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGUSR1']) process.on(signal, () => {});
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
    const result = await trainResuming(train, work, check);
    const { user, system } = process.cpuUsage(cpuBefore);
    const memory = process.memoryUsage.rss();
    report({ kind: 'trained', result, cpuSeconds: (user + system) / 1e6, memory });
  } catch (error) {
    report({ kind: 'failed', reason: describe(error), memory: process.memoryUsage.rss() });
  }
}

/** A checkpoint of another version of netspace, or whatever else lies under its name, is removed, and the trial begins anew. */
async function trainResuming(train: TrainWork, work: Work, check: () => void): Promise<TrainingResult> {
  try {
    return await train(work, trainingOptions(work, check));
  } catch (error) {
    if (!(error instanceof CheckpointForeignError) || work.checkpoint === undefined) throw error;
    removeCheckpoint(work.checkpoint);
    report({
      kind: 'trouble',
      reason: `its checkpoint cannot be used, so it begins anew (${error.message})`,
    });
    return train(work, trainingOptions(work, check));
  }
}

function trainingOptions(work: Work, check: () => void): TrainingOptions {
  let reportedAt = -Infinity;
  const checkpoint =
    work.checkpoint === undefined
      ? undefined
      : trialCheckpoint(work.checkpoint, (reason) => report({ kind: 'trouble', reason }), check);
  return {
    seed: work.seed,
    ...(checkpoint && { checkpoint, asksWhenResumed: true }),
    onCheckpoint: (finding) =>
      report(
        finding.kind === 'resumed'
          ? finding
          : { kind: 'trouble', reason: `it begins anew (${finding.reason})` },
      ),
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
    shouldStop: (curve) => askToStop(curve.length, checkpoint),
  };
}

/** Waits for the supervisor's verdict; a supervisor that is gone takes this process along. */
function askToStop(epoch: number, checkpoint: TrialCheckpoint | undefined): Promise<Verdict['stop']> {
  return new Promise((resolve) => {
    const listen = (order: Order): void => {
      if (order.kind !== 'verdict') return;
      process.off('message', listen);
      resolve(order.stop);
    };
    process.on('message', listen);
    report({ kind: 'question', epoch, saved: checkpoint?.isSaved() ?? false });
  });
}

function report(answer: Answer): void {
  if (process.connected) process.send?.(answer);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
