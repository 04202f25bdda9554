/**
 * Which trials of a sweep are given up early, by the rule of its plan.
 *
 * Median rule: a trial is judged at the end of each epoch against the trials that had been trained to their end by then. So what is stopped
 * depends on which ended first: with one worker on the plan alone, with several also on their speed.
 *
 * Successive halving: a trial waits at a rung, with its checkpoint, until every other trial that will come there has come or ended.
 * Then the best go on, whatever the number of workers and the order in which the trials came: the plan alone decides. Jamieson and
 * Talwalkar, 2016, algorithm 1, over all spaces of the sweep together.
 */
import type { EpochError, Store, StoredTrial, Sweep } from '@netspace/store/store';
import { isHopeless, keepBest, rungsOf, type HalvingRule, type MedianRule } from '@netspace/train/stop-rule';
import type { SweepPlan } from './plan-hash.ts';

type Rule = NonNullable<SweepPlan['earlyStopping']>;

/** By what a trial is to stop at the end of an epoch; halving lets it wait there. */
export async function judgeTrial(
  store: Store,
  trial: StoredTrial,
  epoch: number,
  rule: Rule | undefined,
): Promise<Rule['kind'] | undefined> {
  if (rule === undefined) return undefined;
  const stops =
    rule.kind === 'halving'
      ? epoch > trial.rung && isAtRung(trial, epoch, rule)
      : await isBelowMedian(store, trial, epoch, rule);
  return stops ? rule.kind : undefined;
}

async function isBelowMedian(
  store: Store,
  trial: StoredTrial,
  epoch: number,
  rule: MedianRule,
): Promise<boolean> {
  if (epoch <= rule.graceEpochs) return false;
  const errors = await store.errorsAt(trial.sweepId, epoch);
  const own = errors.find(({ trialId }) => trialId === trial.id);
  const others = errors.filter(({ whole }) => whole).map(({ error }) => curveOf(epoch, error));
  return own !== undefined && isHopeless(curveOf(epoch, own.error), others, rule);
}

/** A list of errors as long as the epochs, of which the rules look at the last alone. */
function curveOf(epoch: number, error: number): number[] {
  return [...Array.from({ length: epoch - 1 }, () => NaN), error];
}

export interface Settlement {
  readonly epoch: number;
  readonly promoted: number;
  readonly stopped: number;
}

/** Decides the rungs at which every trial has come that will come; what was decided, the earliest rung first. */
export async function settleRungs(store: Store, sweep: Sweep, rule: HalvingRule): Promise<Settlement[]> {
  const settled: Settlement[] = [];
  for (;;) {
    const open = await store.trials(sweep.id, { statuses: ['planned', 'leased', 'lost'] });
    const epoch = Math.min(...open.flatMap(({ waitingAt }) => waitingAt ?? []));
    if (epoch === Infinity || open.some((trial) => isComing(trial, epoch, rule))) return settled;
    const waiting = open.filter(({ waitingAt }) => waitingAt === epoch);
    const verdict = decide(await participants(store, sweep, epoch), waiting, rule);
    const stopped = await store.settleRung(sweep.id, { epoch, ...verdict });
    settled.push({ epoch, promoted: verdict.promoted.length, stopped });
  }
}

/** On its way to this rung, so that nothing can be decided there yet. */
function isComing(trial: StoredTrial, epoch: number, rule: HalvingRule): boolean {
  const waitsElsewhere = trial.waitingAt !== undefined && trial.waitingAt >= epoch;
  return !waitsElsewhere && trial.rung < epoch && isAtRung(trial, epoch, rule);
}

/** Everything that ever came to the rung: what waits, what went on, and what was stopped there when another was late. */
async function participants(store: Store, sweep: Sweep, epoch: number): Promise<readonly EpochError[]> {
  const trials = new Map((await store.trials(sweep.id)).map((trial) => [trial.id, trial]));
  return (await store.errorsAt(sweep.id, epoch)).filter(({ trialId }) => {
    const trial = trials.get(trialId);
    return (
      trial !== undefined &&
      (trial.waitingAt === epoch || trial.rung >= epoch || trial.stopped?.epoch === epoch)
    );
  });
}

function decide(
  all: readonly EpochError[],
  waiting: readonly StoredTrial[],
  { eta, leastTrials }: HalvingRule,
): { promoted: number[]; stopped: number[] } {
  const kept = keepBest(
    all.map(({ error }) => error),
    eta,
  );
  const best = new Set(
    all.filter((_, i) => all.length < leastTrials || kept[i]).map(({ trialId }) => trialId),
  );
  const ids = waiting.map(({ id }) => id);
  return { promoted: ids.filter((id) => best.has(id)), stopped: ids.filter((id) => !best.has(id)) };
}

function isAtRung(trial: StoredTrial, epoch: number, rule: HalvingRule): boolean {
  return rungsOf(rule, Number(trial.recipe?.['epochs'] ?? 1)).includes(epoch);
}
