/** What the slots of a supervisor share, and how it may be told to work. */
import type { Lease, Shard, Store, Sweep } from '@netspace/store/store';
import { checkpointPath } from './checkpoints.ts';
import type { LeaseWatch } from './lease-watch.ts';
import type { KillCounter, MemoryWatch } from './memory-kills.ts';
import type { SweepPlan } from './plan-hash.ts';
import type { Emit, SweepEvent } from './sweep-event.ts';
import { trainingEntry, type WorkerHandle } from './worker-handle.ts';

export interface SupervisorOptions {
  /** Worker processes at a time. */
  readonly workers: number;
  readonly onEvent?: (event: SweepEvent) => void;
  /** Aborted: each running trial is trained to the end of its epoch and given back, no other is begun. Without a checkpoint it is trained to its end. */
  readonly drain?: AbortSignal;
  /** Aborted: workers are killed and their trials given back. */
  readonly stop?: AbortSignal;
  /** Attempts after which a trial fails that is lost again and again without coming an epoch further. */
  readonly maxAttempts?: number;
  /** How long a trial stays leased without a heartbeat, in milliseconds. */
  readonly leaseMilliseconds?: number;
  /** Longest attempt at a trial in milliseconds; a longer one fails. */
  readonly trialMilliseconds?: number;
  /** Trials after which a worker makes way for a fresh one. */
  readonly trialsPerWorker?: number;
  /** Resident memory in bytes above which a worker makes way for a fresh one. */
  readonly workerMemory?: number;
  /** Milliseconds after which a worker makes way for a fresh one, when its trial has ended. */
  readonly workerMilliseconds?: number;
  /** Where kills for want of memory are counted; the system's count when left out. */
  readonly memoryKills?: KillCounter;
  /** Folder for the checkpoints of running trials; none are kept when left out. */
  readonly checkpoints?: string;
  /** Folder in which the last checkpoint of each trial that was trained to its end stays; none stay when left out. */
  readonly keptCheckpoints?: string;
  /** Trains only trials of this part of the sweep. */
  readonly shard?: Shard;
  /** Asked while others train what is left: true, and this supervisor leaves it to them. */
  readonly leaves?: () => Promise<boolean>;
  /** The module that a worker process runs. */
  readonly workerEntry?: URL;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

export const supervisorDefaults = {
  maxAttempts: 3,
  leaseMilliseconds: 60_000,
  trialMilliseconds: Infinity,
  trialsPerWorker: 100,
  workerMemory: 3 * 2 ** 30,
  workerMilliseconds: Infinity,
  workerEntry: trainingEntry,
  clock: () => Date.now(),
};

/** A trial in training; the supervisor sets `end` when it is its doing that the worker dies. */
export interface Active {
  readonly lease: Lease;
  readonly worker: WorkerHandle;
  /** Epochs that its checkpoint brought. */
  resumedAfter: number;
  end?: 'stale' | 'timed-out';
}

/** What the slots of a supervisor share. */
export interface Supervision {
  readonly store: Store;
  readonly sweep: Sweep;
  readonly plan: SweepPlan;
  readonly owner: string;
  readonly options: SupervisorOptions & typeof supervisorDefaults;
  readonly emit: Emit;
  readonly active: Map<number, Active>;
  /** Which of the leases that others hold nobody holds any more. */
  readonly watch: LeaseWatch;
  readonly memory: MemoryWatch;
  /** Aborted by `stop`, and by a failure that makes going on pointless. */
  readonly halted: AbortSignal;
  /** Notes a failure, of which the first becomes the supervisor's, and halts. */
  readonly fail: (error: unknown) => void;
  readonly isDraining: () => boolean;
  /** True when there may be a trial to lease; waits while others hold what is left; false when all have ended. */
  readonly waitForWork: () => Promise<boolean>;
}

/** Kills the worker of a trial, whose slot then sees why. */
export function endActive(active: Active, end: 'stale' | 'timed-out'): void {
  active.end ??= end;
  active.worker.kill();
}

/** The file for the checkpoint of a trial; undefined where none are kept. */
export function checkpointOf({ options, sweep }: Supervision, index: number): string | undefined {
  return options.checkpoints === undefined ? undefined : checkpointPath(options.checkpoints, sweep, index);
}
