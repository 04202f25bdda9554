/** The store on a relational database: one code path for every engine. */
import type { EpochRecord, Trial, TrialStop } from '@netspace/population/trial';
import type { Engine } from './engine.ts';
import { importSweep } from './import-queries.ts';
import * as leases from './lease-queries.ts';
import { mergeSweep } from './merge-queries.ts';
import type { MergeTerms } from './merge.ts';
import * as rungs from './rung-queries.ts';
import type {
  Fence,
  LeaseTerms,
  MergeSource,
  NewSweep,
  NewTrial,
  Outcome,
  RecoveryTerms,
  RungVerdict,
  Shard,
  Store,
  TrialQuery,
} from './store.ts';
import * as sweeps from './sweep-queries.ts';
import * as trials from './trial-queries.ts';
import * as annotations from './annotation-queries.ts';
import * as watching from './watch-queries.ts';
import type { AnnotationChange } from './watch.ts';

/** A store on tables that are at this program's version. */
export function sqlStore(engine: Engine): Store {
  const { db, repeat } = engine;
  return {
    location: engine.location,
    addSweep: (sweep: NewSweep, planned: readonly NewTrial[]) =>
      repeat(() => sweeps.addSweep(engine, sweep, planned)),
    importSweep: (sweep: NewSweep, trained: Iterable<Trial> | AsyncIterable<Trial>) =>
      repeat(() => importSweep(engine, sweep, trained)),
    mergeSweep: (source: MergeSource, terms: MergeTerms) => repeat(() => mergeSweep(engine, source, terms)),
    sweeps: () => repeat(() => sweeps.listSweeps(db)),
    findSweep: (reference: string) => repeat(() => sweeps.findSweep(engine, reference)),
    findPlan: (planHash: string) => repeat(() => sweeps.findPlan(db, planHash)),
    hasWork: (sweepId: number, shard?: Shard) => repeat(() => leases.hasWork(db, sweepId, shard)),
    countTrials: (sweepId: number, shard?: Shard) => repeat(() => sweeps.countTrials(db, sweepId, shard)),
    trials: (sweepId: number, query?: TrialQuery) => repeat(() => trials.listTrials(engine, sweepId, query)),
    countMatches: (sweepId: number, query?: TrialQuery) =>
      repeat(() => trials.countMatches(engine, sweepId, query)),
    trialHistory: (trialId: number) => repeat(() => trials.readHistory(engine, trialId)),
    population: (sweepId: number) => trials.readPopulation(engine, sweepId),
    histories: (sweepId: number) => trials.readHistories(engine, sweepId),
    leaseTrial: (sweepId: number, terms: LeaseTerms) =>
      repeat(() => leases.leaseTrial(engine, sweepId, terms)),
    renewLeases: (fences: readonly Fence[], milliseconds: number) =>
      repeat(() => leases.renewLeases(engine, fences, milliseconds)),
    leases: (sweepId: number) => repeat(() => leases.listLeases(engine, sweepId)),
    recoverTrials: (terms: RecoveryTerms) => repeat(() => leases.recoverTrials(engine, terms)),
    recordEpoch: (fence: Fence, record: EpochRecord) =>
      repeat(() => leases.recordEpoch(engine, fence, record)),
    finishTrial: (fence: Fence, outcome: Outcome) => repeat(() => leases.finishTrial(engine, fence, outcome)),
    loseTrial: (fence: Fence, reason: string, maxAttempts: number) =>
      repeat(() => leases.loseTrial(engine, fence, reason, maxAttempts)),
    releaseTrial: (fence: Fence, reason: string) => repeat(() => leases.releaseTrial(engine, fence, reason)),
    pauseTrial: (fence: Fence, outcome: Outcome & { readonly stopped: TrialStop }) =>
      repeat(() => rungs.pauseTrial(engine, fence, outcome)),
    settleRung: (sweepId: number, verdict: RungVerdict) =>
      repeat(() => rungs.settleRung(engine, sweepId, verdict)),
    errorsAt: (sweepId: number, epoch: number) => repeat(() => rungs.errorsAt(db, sweepId, epoch)),
    retryTrials: (sweepId: number) => repeat(() => sweeps.retryTrials(engine, sweepId)),
    cancelTrials: (sweepId: number) => repeat(() => sweeps.cancelTrials(engine, sweepId)),
    deleteSweep: (sweepId: number) => repeat(() => sweeps.deleteSweep(engine, sweepId)),
    version: () => repeat(() => watching.readVersion(engine)),
    state: () => repeat(() => watching.readState(engine)),
    endedSince: (time: number) => repeat(() => watching.listEnded(engine, time)),
    leasedTrials: (sweepId: number) => repeat(() => watching.listLeased(engine, sweepId)),
    spaces: (sweepId: number) => repeat(() => watching.listSpaces(engine, sweepId)),
    outcomes: (sweepId: number) => repeat(() => watching.listOutcomes(engine, sweepId)),
    sweepAnnotations: () => repeat(() => annotations.sweepAnnotations(engine)),
    trialAnnotation: (trialId: number) => repeat(() => annotations.trialAnnotation(engine, trialId)),
    annotateSweep: (sweepId: number, change: AnnotationChange) =>
      repeat(() => annotations.annotateSweep(engine, sweepId, change)),
    annotateTrial: (trialId: number, change: AnnotationChange) =>
      repeat(() => annotations.annotateTrial(engine, trialId, change)),
    close: () => db.destroy(),
  };
}
