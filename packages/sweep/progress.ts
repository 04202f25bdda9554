/** Where a sweep stands, folded from its events. */
import type { TrialCounts } from '@netspace/store/store';
import type { StopRule } from '@netspace/train/stop-rule';
import type { EventOf, SweepEvent } from './sweep-event.ts';
import { measureRow, remainingCostOf, type WorkerRow } from './worker-row.ts';

export interface SweepProgress {
  readonly sweep: string;
  readonly startedAt: number;
  readonly counts: TrialCounts;
  readonly leastError?: number;
  /** Workers at work by number, from 1. */
  readonly rows: ReadonlyMap<number, WorkerRow>;
  readonly workers: number;
  /** Cost of the trials that no worker of this supervisor has begun. */
  readonly waitingCost: number;
  readonly earlyStopping?: StopRule;
  readonly secondsPerCost?: number;
  /** What this run has finished: cost and the seconds that workers spent on it. */
  readonly spent: { readonly cost: number; readonly seconds: number };
  readonly draining: boolean;
}

export const noProgress: SweepProgress = {
  sweep: '',
  startedAt: 0,
  counts: { planned: 0, leased: 0, completed: 0, diverged: 0, failed: 0, lost: 0, cancelled: 0 },
  rows: new Map(),
  workers: 0,
  waitingCost: 0,
  spent: { cost: 0, seconds: 0 },
  draining: false,
};

/** Where a sweep stands after one more event. */
export function follow(progress: SweepProgress, event: SweepEvent): SweepProgress {
  switch (event.kind) {
    case 'planned':
      return {
        ...progress,
        sweep: event.sweep,
        startedAt: event.at,
        counts: event.counts,
        ...(event.leastError !== undefined && { leastError: event.leastError }),
        workers: event.workers,
        waitingCost: event.remainingCost,
        ...(event.earlyStopping && { earlyStopping: event.earlyStopping }),
        ...(event.secondsPerCost !== undefined && { secondsPerCost: event.secondsPerCost }),
      };
    case 'worker':
      return withRow(progress, event.worker, workerRow(event.state));
    case 'started':
      return afterStart(progress, event);
    case 'resumed':
      return changeRow(progress, event.worker, (row) => {
        const share = event.epoch / (row.trial?.epochs ?? event.epoch);
        return { ...row, share, broughtShare: share, epoch: event.epoch };
      });
    case 'step':
      return changeRow(progress, event.worker, (row) => ({
        ...row,
        epoch: event.epoch,
        share: (event.epoch - 1 + event.share) / (row.trial?.epochs ?? event.epoch),
        imagesPerSecond: event.imagesPerSecond,
      }));
    case 'epoch':
      return changeRow(progress, event.worker, (row) => ({
        ...row,
        share: event.record.epoch / (row.trial?.epochs ?? event.record.epoch),
      }));
    case 'finished':
      return afterFinish(progress, event);
    case 'paused':
      return afterPause(progress, event);
    case 'lost':
      return afterLoss(progress, event);
    case 'counts':
      return { ...progress, counts: event.counts };
    case 'draining':
      return { ...progress, draining: true };
    case 'ended':
      return { ...progress, counts: event.counts, rows: new Map() };
    case 'settled':
    case 'note':
      return progress;
  }
}

function afterStart(progress: SweepProgress, event: EventOf<'started'>): SweepProgress {
  const { planned, leased } = progress.counts;
  const row: WorkerRow = {
    state: 'training',
    trial: event.trial,
    startedAt: event.at,
    share: 0,
    epoch: 1,
  };
  return {
    ...withRow(progress, event.worker, row),
    counts: { ...progress.counts, planned: Math.max(0, planned - 1), leased: leased + 1 },
    waitingCost: Math.max(
      0,
      progress.waitingCost - remainingCostOf(event.trial, event.trial.rung, progress.earlyStopping),
    ),
  };
}

function afterFinish(progress: SweepProgress, event: EventOf<'finished'>): SweepProgress {
  const { counts, spent, leastError = Infinity } = progress;
  const error = event.status === 'completed' ? (event.error ?? Infinity) : Infinity;
  const least = Math.min(leastError, error);
  return {
    ...withRow(progress, event.worker, workerRow('idle')),
    counts: {
      ...counts,
      leased: Math.max(0, counts.leased - 1),
      [event.status]: counts[event.status] + 1,
    },
    ...(least < Infinity && { leastError: least }),
    spent: {
      cost: spent.cost + event.trial.cost * trainedShare(progress.rows.get(event.worker), event),
      seconds: spent.seconds + event.seconds,
    },
  };
}

/** Share of its whole training that a trial was trained in this run. */
function trainedShare(row: WorkerRow | undefined, { trial, stopped }: EventOf<'finished'>): number {
  return (stopped ? stopped.epoch / trial.epochs : 1) - (row?.broughtShare ?? 0);
}

function afterPause(progress: SweepProgress, event: EventOf<'paused'>): SweepProgress {
  const { counts, spent } = progress;
  const row = progress.rows.get(event.worker);
  const [measured] = row ? measureRow(row, progress.earlyStopping, event.at) : [];
  return {
    ...withRow(progress, event.worker, workerRow('idle')),
    counts: { ...counts, leased: Math.max(0, counts.leased - 1), planned: counts.planned + 1 },
    waitingCost: progress.waitingCost + (measured?.left ?? event.trial.cost),
    spent: {
      cost: spent.cost + (measured?.done ?? 0),
      seconds: spent.seconds + (measured?.seconds ?? 0),
    },
  };
}

function afterLoss(progress: SweepProgress, event: EventOf<'lost'>): SweepProgress {
  const to = event.again ? 'planned' : 'failed';
  const { counts } = progress;
  return {
    ...(event.worker > 0 ? withRow(progress, event.worker, workerRow('idle')) : progress),
    counts: { ...counts, leased: Math.max(0, counts.leased - 1), [to]: counts[to] + 1 },
    waitingCost: progress.waitingCost + (event.again ? (event.cost ?? 0) : 0),
  };
}

function workerRow(state: 'starting' | 'idle' | 'gone'): WorkerRow | undefined {
  return state === 'gone' ? undefined : { state, share: 0, epoch: 0 };
}

function withRow(progress: SweepProgress, worker: number, row: WorkerRow | undefined): SweepProgress {
  const rows = new Map(progress.rows);
  if (row) rows.set(worker, row);
  else rows.delete(worker);
  return { ...progress, rows };
}

function changeRow(
  progress: SweepProgress,
  worker: number,
  change: (row: WorkerRow) => WorkerRow,
): SweepProgress {
  const row = progress.rows.get(worker);
  return row ? withRow(progress, worker, change(row)) : progress;
}
