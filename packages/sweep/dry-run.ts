/** What running a plan would do, found out without planning a trial, starting a process or writing anything. */
import type { Shard, Store, TrialCounts } from '@netspace/store/store';
import type { MachineRates } from './calibration.ts';
import { estimateSweep } from './estimate.ts';
import { planHash } from './plan-hash.ts';
import type { Plan } from './plan.ts';
import { conditionsOf } from './run.ts';
import { checkShard, isInShard } from './shard.ts';
import { planTrials } from './trials.ts';

export interface DryRun {
  readonly planHash: string;
  /** Where the sweep is in the store already: it would be resumed. */
  readonly resumes?: { readonly id: number; readonly name: string; readonly counts: TrialCounts };
  /** Of the plan, or of the shard. */
  readonly trials: number;
  /** Those that have not ended, which would be trained here or are being trained by others. */
  readonly left: number;
  /** Seconds for what is left, each trial from its first epoch; where the machine is known. */
  readonly seconds?: number;
}

export interface DryRunOptions {
  readonly workers: number;
  readonly shard?: Shard;
  readonly rates?: MachineRates;
}

/** `store`: undefined where there is none yet. */
export async function describeRun(
  plan: Plan,
  store: Store | undefined,
  { workers, shard, rates }: DryRunOptions,
): Promise<DryRun> {
  if (shard) checkShard(plan.sweep, plan.source);
  const hash = planHash(plan.sweep);
  const known = await store?.findPlan(hash);
  const conditions = await conditionsOf(plan, workers);
  const { trials } = planTrials(plan, conditions.input);
  const own = trials.map((trial, index) => ({ trial, index })).filter(({ index }) => isOwn(index, shard));
  const open = known && (await store?.trials(known.id, { statuses: ['planned', 'leased'] }));
  const openIndices = open && new Set(open.map(({ index }) => index));
  const left = openIndices ? own.filter(({ index }) => openIndices.has(index)) : own;
  const planned = left.map(({ trial }) => trial);
  return {
    planHash: hash,
    ...(known && { resumes: { id: known.id, name: known.name, counts: known.counts } }),
    trials: own.length,
    left: left.length,
    ...(rates && left.length > 0 && { seconds: estimateSweep(planned, rates, conditions).seconds }),
  };
}

function isOwn(index: number, shard: Shard | undefined): boolean {
  return !shard || isInShard(index, shard);
}
