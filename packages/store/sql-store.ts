/** The store on a relational database: one code path for every engine. */
import type { EpochRecord, Trial, TrialStop } from '@netspace/population/trial';
import type { Engine } from './engine.ts';
import { importSweep } from './import-queries.ts';
import * as leases from './lease-queries.ts';
import * as rungs from './rung-queries.ts';
import type {
  Fence,
  LeaseTerms,
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
  const { db } = engine;
  return {
    location: engine.location,
    addSweep: (sweep: NewSweep, planned: readonly NewTrial[]) => sweeps.addSweep(engine, sweep, planned),
    importSweep: (sweep: NewSweep, trained: readonly Trial[]) => importSweep(engine, sweep, trained),
    sweeps: () => sweeps.listSweeps(db),
    findSweep: (reference: string) => sweeps.findSweep(engine, reference),
    findPlan: (planHash: string) => sweeps.findPlan(db, planHash),
    countTrials: (sweepId: number, shard?: Shard) => sweeps.countTrials(db, sweepId, shard),
    trials: (sweepId: number, query?: TrialQuery) => trials.listTrials(engine, sweepId, query),
    trialHistory: (trialId: number) => trials.readHistory(engine, trialId),
    population: (sweepId: number) => trials.readPopulation(engine, sweepId),
    leaseTrial: (sweepId: number, terms: LeaseTerms) => leases.leaseTrial(engine, sweepId, terms),
    renewLeases: (fences: readonly Fence[], milliseconds: number) =>
      leases.renewLeases(engine, fences, milliseconds),
    owners: (sweepId: number) => leases.listOwners(engine, sweepId),
    recoverTrials: (sweepId: number, terms: RecoveryTerms) => leases.recoverTrials(engine, sweepId, terms),
    recordEpoch: (fence: Fence, record: EpochRecord) => leases.recordEpoch(engine, fence, record),
    finishTrial: (fence: Fence, outcome: Outcome) => leases.finishTrial(engine, fence, outcome),
    loseTrial: (fence: Fence, reason: string, maxAttempts: number) =>
      leases.loseTrial(engine, fence, reason, maxAttempts),
    releaseTrial: (fence: Fence, reason: string) => leases.releaseTrial(engine, fence, reason),
    pauseTrial: (fence: Fence, outcome: Outcome & { readonly stopped: TrialStop }) =>
      rungs.pauseTrial(engine, fence, outcome),
    settleRung: (sweepId: number, verdict: RungVerdict) => rungs.settleRung(engine, sweepId, verdict),
    errorsAt: (sweepId: number, epoch: number) => rungs.errorsAt(db, sweepId, epoch),
    retryTrials: (sweepId: number) => sweeps.retryTrials(db, sweepId),
    cancelTrials: (sweepId: number) => sweeps.cancelTrials(engine, sweepId),
    deleteSweep: (sweepId: number) => sweeps.deleteSweep(engine, sweepId),
    version: () => watching.readVersion(engine),
    state: () => watching.readState(engine),
    endedSince: (time: number) => watching.listEnded(engine, time),
    leasedTrials: (sweepId: number) => watching.listLeased(engine, sweepId),
    outcomes: (sweepId: number) => watching.listOutcomes(engine, sweepId),
    sweepAnnotations: () => annotations.sweepAnnotations(engine),
    trialAnnotation: (trialId: number) => annotations.trialAnnotation(engine, trialId),
    annotateSweep: (sweepId: number, change: AnnotationChange) =>
      annotations.annotateSweep(engine, sweepId, change),
    annotateTrial: (trialId: number, change: AnnotationChange) =>
      annotations.annotateTrial(engine, trialId, change),
    close: () => db.destroy(),
  };
}
