/** What happens in a sweep, as a stream of events, and where it stands, folded from them. */
import type { EpochRecord, TrialStop } from '@netspace/population/trial';
import type { Shard, TrialCounts } from '@netspace/store/store';
import type { StopRule } from '@netspace/train/stop-rule';
import { expectedEpochs } from './estimate.ts';

/** A trial in an event: enough to show it without asking the store. */
export interface TrialLabel {
  readonly id: number;
  /** Place in the plan, from 0. */
  readonly index: number;
  readonly space: string;
  /** "d 1,1,4,7 w 24,56,152,368". */
  readonly shape: string;
  readonly flops: number;
  /** Predicted work, in the store's unit. */
  readonly cost: number;
  readonly epochs: number;
  /** Epoch of the last rung that it was promoted from; 0 for none. */
  readonly rung: number;
}

type SweepEventBody =
  /** The sweep is in the store: newly planned, or found there from an earlier run. */
  | {
      readonly kind: 'planned';
      readonly sweep: string;
      readonly sweepId: number;
      readonly resumed: boolean;
      readonly counts: TrialCounts;
      readonly leastError?: number;
      readonly workers: number;
      /** Sum of the costs of all trials that have not ended; where a rule stops some, what they will cost on average. */
      readonly remainingCost: number;
      readonly earlyStopping?: StopRule;
      /** What this machine is known to take for a unit of cost, where it was measured before. */
      readonly secondsPerCost?: number;
      /** Where only this part is trained; counts and costs, here and later, are those of the part. */
      readonly shard?: Shard;
    }
  /** A sentence for people. */
  | { readonly kind: 'note'; readonly text: string }
  /** Workers are counted from 1. */
  | {
      readonly kind: 'worker';
      readonly worker: number;
      readonly state: 'starting' | 'idle' | 'gone';
      /** Number of its process, once there is one. */
      readonly pid?: number;
    }
  | {
      readonly kind: 'started';
      readonly worker: number;
      readonly trial: TrialLabel;
      readonly attempt: number;
    }
  /** Its checkpoint brought the epochs up to this one; the events of these epochs follow. */
  | {
      readonly kind: 'resumed';
      readonly worker: number;
      readonly trial: number;
      /** Place in the plan, from 0. */
      readonly index: number;
      readonly epoch: number;
    }
  | {
      readonly kind: 'step';
      readonly worker: number;
      readonly trial: number;
      readonly epoch: number;
      /** Share of the epoch that is done, 0 to 1. */
      readonly share: number;
      readonly imagesPerSecond: number;
    }
  | {
      readonly kind: 'epoch';
      readonly worker: number;
      readonly trial: number;
      readonly record: EpochRecord;
    }
  | {
      readonly kind: 'finished';
      readonly worker: number;
      readonly trial: TrialLabel;
      readonly status: 'completed' | 'diverged' | 'failed';
      readonly error?: number;
      readonly reason?: string;
      /** Where it was not trained to its last epoch. */
      readonly stopped?: TrialStop;
      readonly seconds: number;
    }
  /**
   * Given back at the end of an epoch, with a checkpoint: planned again, to go on from there with the next run, or when it is
   * promoted from the rung at which it waits.
   */
  | {
      readonly kind: 'paused';
      readonly worker: number;
      readonly trial: TrialLabel;
      readonly attempt: number;
      readonly epoch: number;
      readonly until: 'next-run' | 'promotion';
    }
  /** All that will come to a rung have come: the best go on, the others end there. */
  | {
      readonly kind: 'settled';
      readonly epoch: number;
      readonly promoted: number;
      readonly stopped: number;
    }
  /** The attempt is over without a result; `again`: the trial is planned again. Worker 0: it was another supervisor's. */
  | {
      readonly kind: 'lost';
      readonly worker: number;
      readonly index: number;
      readonly attempt: number;
      readonly reason: string;
      readonly again: boolean;
      /** Of a trial that this supervisor had started. */
      readonly cost?: number;
    }
  /** As the store has them: other supervisors may work on the same sweep. */
  | { readonly kind: 'counts'; readonly counts: TrialCounts }
  | { readonly kind: 'draining' }
  | {
      readonly kind: 'ended';
      readonly counts: TrialCounts;
      readonly interrupted: boolean;
      readonly shard?: Shard;
    };

/** `at`: milliseconds since 1970 by the supervisor's clock. */
export type SweepEvent = SweepEventBody & { readonly at: number };

export type Emit = (event: SweepEventBody) => void;

export interface WorkerRow {
  readonly state: 'starting' | 'idle' | 'training';
  readonly trial?: TrialLabel;
  readonly startedAt?: number;
  /** Share of the whole training that is done, 0 to 1. */
  readonly share: number;
  /** Share that a checkpoint brought. */
  readonly broughtShare?: number;
  readonly epoch: number;
  readonly imagesPerSecond?: number;
}

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

/** A measurement of the machine counts as much as so many seconds of trials that this run has trained. */
const priorSeconds = 60;

/**
 * Seconds until every trial has ended, from the work that is left and the speed so far; each network counts with its own cost.
 * A machine that was measured has a speed from the beginning, which the run's own outweighs with time. Otherwise undefined until
 * something is known of the speed, 10 s at the least.
 */
export function secondsLeft(progress: SweepProgress, now: number): number | undefined {
  const running = [...progress.rows.values()].flatMap((row) => measureRow(progress, row, now));
  const known = progress.secondsPerCost === undefined ? 0 : priorSeconds;
  const done = sum(running.map((row) => row.done)) + progress.spent.cost;
  const seconds = sum(running.map((row) => row.seconds)) + progress.spent.seconds;
  if (seconds + known < 10 || done + known === 0) return undefined;
  const speed = (done + known / (progress.secondsPerCost ?? 1)) / (seconds + known);
  const remainders = running.map((row) => row.left);
  const together = (sum(remainders) + progress.waitingCost) / Math.max(1, progress.workers);
  return Math.max(together, ...remainders) / speed;
}

/** What is left of a trial that has come so far, in the store's unit: on average, where a rule of the plan stops some. */
export function remainingCostOf(
  { cost, epochs, rung }: Pick<TrialLabel, 'cost' | 'epochs' | 'rung'>,
  done: number,
  rule: StopRule | undefined,
): number {
  return (cost / epochs) * expectedEpochs(epochs, { done, rung }, rule);
}

type EventOf<Kind extends SweepEvent['kind']> = Extract<SweepEvent, { kind: Kind }>;

/** Work done and left, in the store's unit; what a checkpoint brought was not done here, and took no time. */
function measureRow(
  { earlyStopping }: SweepProgress,
  row: WorkerRow,
  now: number,
): { done: number; left: number; seconds: number }[] {
  if (!row.trial || row.startedAt === undefined) return [];
  const { cost, epochs } = row.trial;
  const done = cost * (row.share - (row.broughtShare ?? 0));
  const left = remainingCostOf(row.trial, row.share * epochs, earlyStopping);
  return [{ done, left, seconds: done === 0 ? 0 : (now - row.startedAt) / 1000 }];
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
  const [measured] = row ? measureRow(progress, row, event.at) : [];
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

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
