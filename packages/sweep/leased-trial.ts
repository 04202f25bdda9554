/** The training of one leased trial: its epochs are kept as they come, its end is written whatever it is. */
import { hostname } from 'node:os';
import type { EpochRecord } from '@netspace/population/trial';
import type { Lease, Outcome } from '@netspace/store/store';
import { readRecipe } from './recipe-record.ts';
import { endActive, type Active, type Supervision } from './supervision.ts';
import { labelTrial } from './trial-label.ts';
import type { WorkEnd } from './work.ts';
import { WorkerGoneError, type WorkerHandle } from './worker-handle.ts';

/** Trains one leased trial to whatever end; undefined when the worker died of it. */
export async function trainLeased(
  supervision: Supervision,
  slot: number,
  worker: WorkerHandle,
  lease: Lease,
): Promise<WorkEnd | undefined> {
  const { active, options } = supervision;
  const each: Active = { lease, worker };
  active.set(lease.trialId, each);
  const limit = options.trialMilliseconds;
  const timer = limit < Infinity ? setTimeout(() => endActive(each, 'timed-out'), limit) : undefined;
  try {
    const end = await trainReporting(supervision, slot, each);
    return each.end ? undefined : end;
  } catch (error) {
    if (!(error instanceof WorkerGoneError)) throw error;
    await afterDeath(supervision, slot, each, error.message);
    return undefined;
  } finally {
    clearTimeout(timer);
    active.delete(lease.trialId);
  }
}

/** Has the trial trained; its epochs are kept as they come, its result at last. */
async function trainReporting(supervision: Supervision, slot: number, each: Active): Promise<WorkEnd> {
  const { emit, options } = supervision;
  const { lease, worker } = each;
  const { trial, attempt } = lease;
  const begun = options.clock();
  emit({ kind: 'started', worker: slot, trial: labelTrial(trial), attempt });
  const recipe = readRecipe(trial.recipe ?? {});
  const writes: Promise<void>[] = [];
  const end = await worker.train(
    { network: trial.network, recipe, seed: trial.seed ?? 0 },
    {
      onStep: (report) => emit({ ...report, worker: slot, trial: trial.id }),
      onEpoch: (record) => void writes.push(keepEpoch(supervision, slot, each, record)),
    },
  );
  await Promise.all(writes);
  await finish(supervision, slot, each, end, (options.clock() - begun) / 1000);
  return end;
}

async function keepEpoch(
  { store, emit, fail }: Supervision,
  slot: number,
  each: Active,
  record: EpochRecord,
): Promise<void> {
  try {
    if (await store.recordEpoch(each.lease, record))
      emit({ kind: 'epoch', worker: slot, trial: each.lease.trialId, record });
    else endActive(each, 'stale');
  } catch (error) {
    fail(error);
  }
}

async function finish(
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
  if (!(await supervision.store.finishTrial(each.lease, outcome))) return noteStale(supervision, each);
  const { status, error, reason } = outcome;
  supervision.emit({
    kind: 'finished',
    worker: slot,
    trial: labelTrial(trial),
    status,
    ...(error !== undefined && { error }),
    ...(reason !== undefined && { reason }),
    seconds,
  });
}

function describeOutcome(supervision: Supervision, each: Active, end: WorkEnd, seconds: number): Outcome {
  const about = {
    ...each.worker.provenance,
    host: hostname(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    threads: supervision.plan.threads,
    memory: end.memory,
    seconds,
  };
  if (end.kind === 'failed') return { status: 'failed', reason: end.reason, provenance: about };
  const { status, error, bestError, imagesPerSecond, secondsToFirstStep } = end.result;
  const { cpuSeconds } = end;
  const provenance = { ...about, cpuSeconds, imagesPerSecond, secondsToFirstStep };
  return { status, error, bestError, provenance };
}

/** The worker died in the middle of a trial: by our hand, or by another's. */
async function afterDeath(
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
    emit({ ...about, reason: death, again: lost.again });
  }
}

/** Somebody else holds the trial by now, or it was cancelled: what this attempt made of it is not kept. */
function noteStale({ emit }: Supervision, { lease }: Active): void {
  const text = `trial ${lease.trial.index + 1}: attempt ${lease.attempt} no longer holds it (cancelled, or taken over after its lease ran out); its result is not kept`;
  emit({ kind: 'note', text });
}
