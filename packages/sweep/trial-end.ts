/** How a leased trial leaves its worker: ended, given back, or lost; and what becomes of its checkpoint. */
import { hostname } from 'node:os';
import { fitWidths } from '@netspace/network/fit';
import type { TrialStop } from '@netspace/population/trial';
import type { Outcome } from '@netspace/store/store';
import type { TrainingResult } from '@netspace/train/training-result';
import { keepCheckpoint, removeCheckpoint, tidyCheckpoints } from './checkpoints.ts';
import { checkpointOf, type Active, type Supervision } from './supervision.ts';
import { labelTrial } from './trial-label.ts';
import type { WorkEnd } from './work.ts';

/** Writes what came of a training. */
export async function finish(
  supervision: Supervision,
  slot: number,
  each: Active,
  end: WorkEnd,
  seconds: number,
): Promise<void> {
  const { trial } = each.lease;
  // From here a heartbeat must not take the ended trial for one that somebody else holds.
  supervision.active.delete(trial.id);
  const outcome = describeOutcome(supervision, each, end, seconds);
  const { stopped } = outcome;
  if (stopped?.by === 'request') return giveBack(supervision, slot, each, { ...outcome, stopped });
  if (stopped?.by === 'halving') return waitForPromotion(supervision, slot, each, { ...outcome, stopped });
  if (outcome.status === 'completed' && !stopped) holdCheckpoint(supervision, each);
  if (!(await supervision.store.finishTrial(each.lease, outcome))) return noteStale(supervision, each);
  dropCheckpoint(supervision, each);
  const { status, error, reason } = outcome;
  supervision.emit({
    kind: 'finished',
    worker: slot,
    trial: labelTrial(trial),
    status,
    ...(error !== undefined && { error }),
    ...(reason !== undefined && { reason }),
    ...(stopped && { stopped }),
    seconds,
  });
}

type StoppedOutcome = Outcome & { readonly stopped: TrialStop };

/** The trial is planned again, and goes on where its checkpoint ends. */
async function giveBack(
  supervision: Supervision,
  slot: number,
  each: Active,
  { stopped: { epoch } }: StoppedOutcome,
): Promise<void> {
  const { store, emit } = supervision;
  const { attempt, trial } = each.lease;
  if (!(await store.releaseTrial(each.lease, `interrupted after epoch ${epoch}`)))
    return noteStale(supervision, each);
  emit({ kind: 'paused', worker: slot, trial: labelTrial(trial), attempt, epoch, until: 'next-run' });
}

/** The trial waits at a rung; this may have been the last that the others waited for. */
async function waitForPromotion(
  supervision: Supervision,
  slot: number,
  each: Active,
  outcome: StoppedOutcome,
): Promise<void> {
  const { attempt, trial } = each.lease;
  const { epoch } = outcome.stopped;
  if (!(await supervision.store.pauseTrial(each.lease, outcome))) return noteStale(supervision, each);
  const label = labelTrial(trial);
  supervision.emit({ kind: 'paused', worker: slot, trial: label, attempt, epoch, until: 'promotion' });
}

/** Before the trial ends in the store: a kill in between costs nothing that was trained. */
function holdCheckpoint(supervision: Supervision, { lease }: Active): void {
  const path = checkpointOf(supervision, lease.trial.index);
  const { keptCheckpoints } = supervision.options;
  if (path === undefined || keptCheckpoints === undefined) return;
  try {
    keepCheckpoint(path, keptCheckpoints);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    supervision.emit({ kind: 'note', text: `the checkpoint ${path} cannot be kept (${why})` });
  }
}

/** A trial that has ended needs no checkpoint; one that cannot be removed now is removed by the next run. */
function dropCheckpoint(supervision: Supervision, { lease }: Active): void {
  const path = checkpointOf(supervision, lease.trial.index);
  if (path === undefined) return;
  try {
    removeCheckpoint(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    supervision.emit({ kind: 'note', text: `the checkpoint ${path} cannot be removed (${why})` });
  }
}

function describeOutcome(supervision: Supervision, each: Active, end: WorkEnd, seconds: number): Outcome {
  const about = {
    ...each.worker.provenance,
    host: hostname(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    threads: supervision.plan.threads,
    memory: end.memory,
    // Of this attempt alone; an earlier one trained the epochs before.
    seconds,
    ...(each.resumedAfter > 0 && { resumedAfterEpoch: each.resumedAfter }),
  };
  const fit = fitWidths(each.lease.trial.network);
  if (end.kind === 'failed') return { status: 'failed', fit, reason: end.reason, provenance: about };
  const { status, error, bestError, stopped, imagesPerSecond, secondsToFirstStep } = end.result;
  const { cpuSeconds } = end;
  const provenance = { ...about, cpuSeconds, imagesPerSecond, secondsToFirstStep };
  return {
    status: status === 'stopped' ? 'completed' : status,
    error,
    bestError,
    fit,
    ...(stopped && { stopped }),
    ...evaluationOf(end.result),
    provenance,
  };
}

/** Classes up to which the confusion matrix is kept: beyond them it is larger than all else that is kept of a trial. */
const mostConfusedClasses = 100;

function evaluationOf({ bestEpoch, evaluation }: TrainingResult): Pick<Outcome, 'evaluation'> {
  if (evaluation === undefined) return {};
  const { confusion, ...figures } = evaluation;
  const isSmall = confusion.length <= mostConfusedClasses;
  return { evaluation: { bestEpoch, ...figures, ...(isSmall && { confusion }) } };
}

/** The worker died in the middle of a trial: by our hand, or by another's. */
export async function afterDeath(
  supervision: Supervision,
  slot: number,
  each: Active,
  death: string,
): Promise<void> {
  const { store, options, halted, emit } = supervision;
  const { lease } = each;
  const { cost, index } = lease.trial;
  const about = { kind: 'lost', worker: slot, index, attempt: lease.attempt, cost } as const;
  if (each.end === 'stale') return noteStale(supervision, each);
  if (each.end === 'timed-out') {
    const seconds = options.trialMilliseconds / 1000;
    const reason = `took longer than its time limit of ${seconds} s`;
    if (!(await store.finishTrial(lease, { status: 'failed', reason }))) return noteStale(supervision, each);
    dropCheckpoint(supervision, each);
    emit({
      kind: 'finished',
      worker: slot,
      trial: labelTrial(lease.trial),
      status: 'failed',
      reason,
      seconds,
    });
  } else if (halted.aborted) {
    await store.releaseTrial(lease, 'stopped by its supervisor');
    emit({ ...about, reason: 'stopped', again: true });
  } else {
    const lost = await store.loseTrial(lease, death, options.maxAttempts);
    if (!lost) return noteStale(supervision, each);
    if (!lost.again) dropCheckpoint(supervision, each);
    emit({ ...about, reason: death, again: lost.again });
  }
}

/** Somebody else holds the trial by now, or it was cancelled: what this attempt made of it is not kept, nor what it saved of a cancelled one. */
async function noteStale({ store, sweep, options, emit }: Supervision, { lease }: Active): Promise<void> {
  const text = `trial ${lease.trial.index + 1}: attempt ${lease.attempt} no longer holds it (cancelled, or taken over after its lease ran out); its result is not kept`;
  emit({ kind: 'note', text });
  if (options.checkpoints !== undefined) await tidyCheckpoints(options.checkpoints, store, sweep);
}
