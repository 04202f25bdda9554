/** Watches a sweep that others train, in its store, and tells of it in the events of a supervisor. */
import type { Store, StoredTrial, Sweep } from '@netspace/store/store';
import type { LeasedTrial } from '@netspace/store/watch';
import type { Emit } from './sweep-event.ts';
import { labelTrial } from './trial-label.ts';

/** A trial that is seen in training, in its place among the rows. */
interface Seen {
  readonly row: number;
  readonly trial: StoredTrial;
  readonly attempt: number;
  epoch: number;
}

/** Each call looks once, tells what has happened since the one before, and says where the sweep stands. */
export function observeSweep(store: Store, sweepId: number, emit: Emit): () => Promise<Sweep> {
  const rows = new Map<number, Seen>();
  let ended: Set<number> | undefined;
  return async () => {
    const sweep = await store.findSweep(`#${sweepId}`);
    const leased = await store.leasedTrials(sweepId);
    const trials = new Map((await store.trials(sweepId)).map((trial) => [trial.id, trial]));
    ended ??= new Set([...trials.values()].filter(hasEnded).map(({ id }) => id));
    for (const trial of trials.values())
      if (hasEnded(trial) && !ended.has(trial.id)) {
        ended.add(trial.id);
        tellEnd(emit, rows, trial);
      }
    const held = new Map(leased.map((each) => [each.trialId, each.attempt]));
    for (const seen of rows.values())
      if (held.get(seen.trial.id) !== seen.attempt) tellLoss(emit, rows, seen);
    for (const each of leased) tellTraining(emit, rows, each, trials.get(each.trialId));
    emit({ kind: 'counts', counts: sweep.counts });
    return sweep;
  };
}

function hasEnded({ status }: StoredTrial): boolean {
  return status !== 'planned' && status !== 'leased' && status !== 'lost';
}

function tellEnd(emit: Emit, rows: Map<number, Seen>, trial: StoredTrial): void {
  const seen = rows.get(trial.id) ?? tellStart(emit, rows, trial);
  const { status, error, reason, stopped, startedAt = 0, finishedAt = startedAt } = trial;
  if (status === 'completed' || status === 'diverged' || status === 'failed')
    emit({
      kind: 'finished',
      worker: seen.row,
      trial: labelTrial(trial),
      status,
      ...(error !== undefined && { error }),
      ...(reason !== undefined && { reason }),
      ...(stopped && { stopped }),
      seconds: (finishedAt - startedAt) / 1000,
    });
  leave(emit, rows, seen);
}

function tellStart(emit: Emit, rows: Map<number, Seen>, trial: StoredTrial): Seen {
  const taken = new Set([...rows.values()].map(({ row }) => row));
  let row = 1;
  while (taken.has(row)) row++;
  const seen = { row, trial, attempt: trial.attempt, epoch: 0 };
  rows.set(trial.id, seen);
  emit({ kind: 'started', worker: row, trial: labelTrial(trial), attempt: trial.attempt });
  return seen;
}

function tellLoss(emit: Emit, rows: Map<number, Seen>, seen: Seen): void {
  const { trial, attempt, row } = seen;
  const reason = 'its worker gave it back, or is gone';
  emit({ kind: 'lost', worker: row, index: trial.index, attempt, reason, again: true, cost: trial.cost });
  leave(emit, rows, seen);
}

function leave(emit: Emit, rows: Map<number, Seen>, { row, trial }: Seen): void {
  rows.delete(trial.id);
  emit({ kind: 'worker', worker: row, state: 'gone' });
}

function tellTraining(
  emit: Emit,
  rows: Map<number, Seen>,
  leased: LeasedTrial,
  trial: StoredTrial | undefined,
): void {
  // It may have been leased between two of our questions.
  if (trial?.attempt !== leased.attempt) return;
  const seen = rows.get(trial.id) ?? tellStart(emit, rows, trial);
  const { lastEpoch: record } = leased;
  if (!record || record.epoch === seen.epoch) return;
  seen.epoch = record.epoch;
  emit({ kind: 'epoch', worker: seen.row, trial: trial.id, record });
  const { imagesPerSecond = 0 } = record;
  emit({
    kind: 'step',
    worker: seen.row,
    trial: trial.id,
    epoch: record.epoch + 1,
    share: 0,
    imagesPerSecond,
  });
}
