/** The training of one leased trial: its epochs are kept as they come, its end is written whatever it is. */
import type { EpochRecord } from '@netspace/population/trial';
import type { Lease } from '@netspace/store/store';
import { judgeTrial } from './early-stopping.ts';
import { outOfMemory } from './memory-kills.ts';
import { readRecipe } from './recipe-record.ts';
import { checkpointOf, endActive, type Active, type Supervision } from './supervision.ts';
import { afterDeath, finish } from './trial-end.ts';
import { labelTrial } from './trial-label.ts';
import type { CheckpointReport, Question, Verdict, Work, WorkEnd } from './work.ts';
import { WorkerGoneError, type WorkerHandle } from './worker-handle.ts';

/** Node's timers end at once when they are to last longer: 24.8 days. */
const longestTimer = 2 ** 31;

/** Trains one leased trial to whatever end; undefined when the worker died of it. */
export async function trainLeased(
  supervision: Supervision,
  slot: number,
  worker: WorkerHandle,
  lease: Lease,
): Promise<WorkEnd | undefined> {
  const { active, options } = supervision;
  const each: Active = { lease, worker, resumedAfter: 0 };
  active.set(lease.trialId, each);
  const wasKilledForMemory = supervision.memory();
  const limit = options.trialMilliseconds;
  const timer = limit < longestTimer ? setTimeout(() => endActive(each, 'timed-out'), limit) : undefined;
  try {
    const end = await trainReporting(supervision, slot, each);
    return each.end ? undefined : end;
  } catch (error) {
    if (!(error instanceof WorkerGoneError)) throw error;
    const isOurs = each.end !== undefined || supervision.halted.aborted;
    const death = !isOurs && error.wasKilled && wasKilledForMemory() ? outOfMemory : error.message;
    await afterDeath(supervision, slot, each, death);
    return undefined;
  } finally {
    clearTimeout(timer);
    active.delete(lease.trialId);
  }
}

/** Has the trial trained; its epochs are kept as they come, its result at last. */
async function trainReporting(supervision: Supervision, slot: number, each: Active): Promise<WorkEnd> {
  const { emit } = supervision;
  const { lease, worker } = each;
  const { trial, attempt } = lease;
  const begun = performance.now();
  emit({ kind: 'started', worker: slot, trial: labelTrial(trial), attempt });
  // One after another: of the epochs that a checkpoint brings at once, a kill must not leave later ones without the earlier.
  let writes = Promise.resolve();
  const end = await worker.train(describeWork(supervision, lease), {
    onStep: (report) => emit({ ...report, worker: slot, trial: trial.id }),
    onEpoch: (record) => void (writes = writes.then(() => keepEpoch(supervision, slot, each, record))),
    onCheckpoint: (report) => noteCheckpoint(supervision, slot, each, report),
    onQuestion: async (question) => {
      await writes;
      return judge(supervision, lease, question);
    },
  });
  await writes;
  await finish(supervision, slot, each, end, (performance.now() - begun) / 1000);
  return end;
}

function describeWork(supervision: Supervision, { trial }: Lease): Work {
  const checkpoint = checkpointOf(supervision, trial.index);
  return {
    network: trial.network,
    recipe: readRecipe(trial.recipe ?? {}),
    seed: trial.seed ?? 0,
    ...(checkpoint !== undefined && { checkpoint }),
  };
}

/** A training that is interrupted must find its epochs again: where they could not be saved, it goes on to its end. */
async function judge(
  { store, plan, isDraining, fail }: Supervision,
  { trial }: Lease,
  { epoch, saved }: Question,
): Promise<Verdict['stop']> {
  try {
    const stop = await judgeTrial(store, trial, epoch, plan.earlyStopping);
    return stop ?? (isDraining() && saved ? 'request' : undefined);
  } catch (error) {
    fail(error);
    return undefined;
  }
}

function noteCheckpoint({ emit }: Supervision, slot: number, each: Active, report: CheckpointReport): void {
  const { trial } = each.lease;
  if (report.kind === 'trouble')
    return emit({ kind: 'note', text: `trial ${trial.index + 1}: ${report.reason}` });
  each.resumedAfter = report.epoch;
  emit({ kind: 'resumed', worker: slot, trial: trial.id, index: trial.index, epoch: report.epoch });
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
