/** What happens in a sweep, as a stream of events. Their form in JSON is published: `event-schema.ts`. */
import type { EpochRecord, TrialStop } from '@netspace/population/trial';
import type { Shard, TrialCounts } from '@netspace/store/store';
import type { StopRule } from '@netspace/train/stop-rule';

/** A trial in an event: enough to show it without asking the store. */
export interface TrialLabel {
  readonly id: number;
  /** Place in the plan, from 0. */
  readonly index: number;
  readonly space: string;
  /** "depths 1,1,4,7 widths 24,56,152,368". */
  readonly shape: string;
  readonly flops: number;
  /** Predicted work, in the store's unit. */
  readonly cost: number;
  readonly epochs: number;
  /** Epoch of the last rung that it was promoted from; 0 for none. */
  readonly rung: number;
}

export type SweepEventBody =
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

export type EventOf<Kind extends SweepEvent['kind']> = Extract<SweepEvent, { kind: Kind }>;
