/**
 * Trials that outlive a crash: the contract that every store keeps.
 *
 * A trial is planned, then leased to an owner as its next attempt, then ended: completed, diverged, failed or cancelled.
 * What an attempt writes carries its fence (trial, attempt, owner). A fence holds while the trial is leased under exactly
 * these three; afterwards it is stale: a stale write changes nothing and its caller is told. So of several attempts at one
 * trial at most one ever ends it.
 *
 * A planned trial may wait at a rung, an epoch at which trainings are compared: it is not leased until it is promoted.
 *
 * Every method is one transaction: after a crash all of it happened or nothing. Leases run on one clock, the store's.
 * A lease that has run out stays good until somebody recovers the trial, who is to see that nobody renews it: clocks may be set.
 * Recovering makes the attempt lost and plans the trial again, or fails it when it was lost too often one after another without coming an epoch further. `test/contract.ts` says the same in tests.
 */
import type { WidthFit } from '@netspace/network/fit';
import type { Network } from '@netspace/network/network';
import type {
  EpochRecord,
  RecipeRecord,
  Trial,
  TrialEvaluation,
  TrialStatus,
  TrialStop,
} from '@netspace/population/trial';
import type { MergeResult, MergeTerms } from './merge.ts';
import type {
  Annotation,
  AnnotationChange,
  EndedTrial,
  LeasedTrial,
  StoreState,
  TrialOutcome,
} from './watch.ts';

/** A sweep is known by its plan's hash: a plan is stored once, however often it is run. */
export interface NewSweep {
  readonly name: string;
  /** SHA-256 of the canonical plan, in hex. */
  readonly planHash: string;
  /** The canonical plan, as JSON. */
  readonly plan: string;
}

export interface NewTrial {
  readonly space: string;
  readonly network: Network;
  readonly generator?: Readonly<Record<string, number>>;
  readonly flops: number;
  readonly params: number;
  readonly activations: number;
  readonly recipe: RecipeRecord;
  readonly seed: number;
  /** Predicted work in any unit; the costliest trial is leased first, so that no long one is left for the end. */
  readonly cost: number;
}

export type TrialCounts = Readonly<Record<TrialStatus, number>>;

export interface Sweep extends NewSweep {
  readonly id: number;
  /** Milliseconds since 1970 by the store's clock, as all times here. */
  readonly createdAt: number;
  readonly counts: TrialCounts;
  /** How many of the completed trials were stopped before their last epoch. */
  readonly stopped: number;
  /** Trials that wait at a rung; `counts` has them as planned. */
  readonly waiting: number;
  /** The least error of a completed trial. */
  readonly leastError?: number;
  /** Sum of the costs of the trials that are planned or leased. */
  readonly remainingCost: number;
}

export interface StoredTrial extends Trial {
  readonly id: number;
  readonly sweepId: number;
  /** Place in the plan, from 0. */
  readonly index: number;
  readonly cost: number;
  /** Attempts begun so far. */
  readonly attempt: number;
  /** Epoch of the rung at which it waits, planned, for a promotion. */
  readonly waitingAt?: number;
  /** Epoch of the last rung that it was promoted from; 0 for none. */
  readonly rung: number;
  /** Begin of the last attempt. */
  readonly startedAt?: number;
  readonly finishedAt?: number;
}

/** `released`: given back unfinished by its own owner, which counts as no loss. */
export type AttemptStatus =
  'leased' | 'completed' | 'diverged' | 'failed' | 'lost' | 'released' | 'cancelled';

export interface Attempt {
  readonly attempt: number;
  readonly owner: string;
  readonly status: AttemptStatus;
  readonly reason?: string;
  readonly startedAt: number;
  readonly finishedAt?: number;
  readonly provenance?: Readonly<Record<string, unknown>>;
  readonly evaluation?: TrialEvaluation;
  readonly curve: readonly EpochRecord[];
}

export interface TrialHistory {
  readonly trial: StoredTrial;
  readonly attempts: readonly Attempt[];
}

/** A sweep of another store. */
export interface MergeSource {
  readonly sweep: NewSweep;
  /** All of its trials with every attempt, as planned; read anew each time it is called. */
  readonly histories: () => AsyncIterable<TrialHistory>;
}

export interface Fence {
  readonly trialId: number;
  /** Counted from 1. */
  readonly attempt: number;
  readonly owner: string;
}

export interface Lease extends Fence {
  readonly trial: StoredTrial;
}

/** One of several parts of a sweep: the trials whose index leaves this remainder when divided by the number of parts. */
export interface Shard {
  /** From 0. */
  readonly remainder: number;
  readonly parts: number;
}

export interface LeaseTerms {
  readonly owner: string;
  /** Leases only trials of this part. */
  readonly shard?: Shard;
  /** How long the lease lasts unless it is renewed. */
  readonly milliseconds: number;
}

/** How an attempt ended a trial. */
export interface Outcome {
  readonly status: 'completed' | 'diverged' | 'failed';
  /** The headline error, a fraction; 1 for diverged, absent for failed. */
  readonly error?: number;
  readonly bestError?: number;
  /** Of a completed trial that was not trained to its last epoch. */
  readonly stopped?: TrialStop;
  /** Of the network's widths; kept with the trial. */
  readonly fit?: WidthFit;
  readonly evaluation?: TrialEvaluation;
  readonly reason?: string;
  readonly provenance?: Readonly<Record<string, unknown>>;
}

/** A lease as it was seen; renewing it changes `until`. */
export interface HeldLease extends Fence {
  /** Milliseconds since 1970, as all times here. */
  readonly until: number;
  /** By the store's clock. */
  readonly hasRunOut: boolean;
}

export interface GoneLease extends HeldLease {
  /** For people. */
  readonly reason: string;
}

export interface RecoveryTerms {
  /** A trial that was lost this often fails; an attempt that came an epoch further than all before it begins the count anew. */
  readonly maxAttempts: number;
  /** Leases that nobody holds any more. */
  readonly gone: readonly GoneLease[];
}

export interface LostAttempt extends Fence {
  readonly index: number;
  readonly reason: string;
  /** True: planned again; false: lost too often, and failed. */
  readonly again: boolean;
}

export interface TrialQuery {
  readonly statuses?: readonly TrialStatus[];
  readonly spaces?: readonly string[];
  /** `index`: as planned; `error`: least error first, those without one last. */
  readonly order?: 'index' | 'error';
  /** Such as `error < 0.1 and depth > 12`; see `filter.ts`. What cannot be understood is a `FilterError`. */
  readonly where?: string;
  /** Columns as `error,-flops`, instead of `order`: a minus begins with the greatest; those without a value come last. */
  readonly sort?: string;
  readonly limit?: number;
  readonly offset?: number;
  /** Without `evaluation` and `provenance`, which may be larger than all else of a trial. */
  readonly brief?: boolean;
}

/** A trial's validation error at one epoch; the same in every attempt that came so far. */
export interface EpochError {
  readonly trialId: number;
  /** Completed, and trained to its last epoch. */
  readonly whole: boolean;
  readonly error: number;
}

/** Which of the trials that wait at a rung go on; by number. */
export interface RungVerdict {
  readonly epoch: number;
  readonly promoted: readonly number[];
  readonly stopped: readonly number[];
}

export interface OpenOptions {
  /** Keeps columns by which trials were found or ordered, for a process that does so again and again: 50 MB at most. */
  readonly remembers?: boolean;
}

/** Takes a sentence for people. */
export type Tell = (text: string) => void;

export interface Store {
  /** Where the trials are, for people. */
  readonly location: string;

  /** Stores a sweep with its trials, all or none; the sweep that has this plan hash already is left as it is. */
  addSweep(sweep: NewSweep, trials: readonly NewTrial[]): Promise<{ sweep: Sweep; added: boolean }>;
  /**
   * Stores trials of elsewhere as they ended there, all or none; the sweep that has this plan hash already is left as it is.
   * No more than a thousand are held at a time; where the transaction must be repeated, all are gone through again.
   * Of each trial one attempt is kept. What is leased becomes lost: whoever trains it is none of this store's.
   */
  importSweep(
    sweep: NewSweep,
    trials: Iterable<Trial> | AsyncIterable<Trial>,
  ): Promise<{ sweep: Sweep; added: boolean }>;
  /** Takes what ended in another store and not, or worse, in this one; all or nothing. */
  mergeSweep(source: MergeSource, terms: MergeTerms): Promise<MergeResult>;
  /** All sweeps, the newest first. */
  sweeps(): Promise<readonly Sweep[]>;
  /** By name (of several the newest), by number ("#3" or "3"), or by six or more first digits of the plan hash; else `sweep-unknown`. */
  findSweep(reference: string): Promise<Sweep>;
  findPlan(planHash: string): Promise<Sweep | undefined>;
  /** Of a sweep, or of one part of it. */
  countTrials(sweepId: number, shard?: Shard): Promise<TrialCounts>;
  /** Without curves. */
  trials(sweepId: number, query?: TrialQuery): Promise<readonly StoredTrial[]>;
  /** How many trials a query finds, of all pages. */
  countMatches(sweepId: number, query?: TrialQuery): Promise<number>;
  /** With every attempt and its curve; else `trial-unknown`. */
  trialHistory(trialId: number): Promise<TrialHistory>;
  /** All trials of a sweep with curves, as planned, read a few hundred at a time. */
  population(sweepId: number): AsyncIterable<StoredTrial>;
  /** All trials of a sweep with every attempt, as planned, read a few hundred at a time. */
  histories(sweepId: number): AsyncIterable<TrialHistory>;

  /** Whether a trial, of a part of the sweep if one is named, could be leased now. */
  hasWork(sweepId: number, shard?: Shard): Promise<boolean>;
  /** The costliest planned trial as a new attempt, or nothing when none is planned. No trial is leased twice at a time. */
  leaseTrial(sweepId: number, terms: LeaseTerms): Promise<Lease | undefined>;
  /** Extends leases from now, run out or not, and returns the fences that are stale. */
  renewLeases(fences: readonly Fence[], milliseconds: number): Promise<readonly Fence[]>;
  /** The leases of a sweep's trials. */
  leases(sweepId: number): Promise<readonly HeldLease[]>;
  /** Takes trials back whose leases are still as they were seen. */
  recoverTrials(terms: RecoveryTerms): Promise<readonly LostAttempt[]>;

  /** False: stale. The same epoch again replaces what was kept. */
  recordEpoch(fence: Fence, record: EpochRecord): Promise<boolean>;
  /** False: stale. */
  finishTrial(fence: Fence, outcome: Outcome): Promise<boolean>;
  /** The attempt died; undefined: stale. */
  loseTrial(fence: Fence, reason: string, maxAttempts: number): Promise<LostAttempt | undefined>;
  /** The attempt is given up and the trial planned again, at no loss. False: stale. */
  releaseTrial(fence: Fence, reason: string): Promise<boolean>;

  /**
   * The trial is planned again at no loss, to wait at the rung of the outcome's `stopped.epoch`; with this outcome it ends when it is
   * not promoted. False: stale.
   */
  pauseTrial(fence: Fence, outcome: Outcome & { readonly stopped: TrialStop }): Promise<boolean>;
  /** Ends or promotes trials that wait at a rung; those that wait there no more are left as they are. How many were ended. */
  settleRung(sweepId: number, verdict: RungVerdict): Promise<number>;
  /** Of the trials of a sweep that came to an epoch. */
  errorsAt(sweepId: number, epoch: number): Promise<readonly EpochError[]>;

  /** Plans the failed and cancelled trials again, with a fresh number of attempts; how many. */
  retryTrials(sweepId: number): Promise<number>;
  /** Cancels what is planned or leased; how many. A running attempt learns of it when it renews its lease. */
  cancelTrials(sweepId: number): Promise<number>;
  /** Removes a sweep and all of its trials; `sweep-running` while some are leased. */
  deleteSweep(sweepId: number): Promise<void>;

  /** A text that is another whenever anybody has changed anything; cheap enough to be asked many times a second. */
  version(): Promise<string>;
  /** Where all sweeps stand, in short. */
  state(): Promise<StoreState>;
  /** Attempts that ended at a time or later and were not lost, the oldest first; of many the last 1000. */
  endedSince(time: number): Promise<readonly EndedTrial[]>;
  /** What is being trained. */
  leasedTrials(sweepId: number): Promise<readonly LeasedTrial[]>;
  /** The names of the spaces that a sweep has trials of. */
  spaces(sweepId: number): Promise<readonly string[]>;
  /** The errors of all trials with a result, and nothing else of them. */
  outcomes(sweepId: number): Promise<readonly TrialOutcome[]>;
  /** Of the sweeps that have a note or tags. */
  sweepAnnotations(): Promise<ReadonlyMap<number, Annotation>>;
  trialAnnotation(trialId: number): Promise<Annotation>;
  annotateSweep(sweepId: number, change: AnnotationChange): Promise<Annotation>;
  annotateTrial(trialId: number, change: AnnotationChange): Promise<Annotation>;
  close(): Promise<void>;
}

/** True when no trial of a sweep is left to train. */
export function isFinished(counts: TrialCounts): boolean {
  return counts.planned === 0 && counts.leased === 0 && counts.lost === 0;
}
