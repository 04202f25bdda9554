/**
 * When to give a training up because others went better: decisions on errors alone. Off unless a rule is given.
 *
 * What is stopped keeps the error of its last epoch, which is higher than that of its whole training would have been: a distribution of
 * errors with such trials in it is biased, so results say which rule stopped them, and where.
 */
import { median } from '@netspace/stats/quantile';
import { z } from 'zod';

/** Stops what is worse than the median of whole trainings. Golovin et al., "Google Vizier", 2017, section 3.2.2, with errors of one epoch. */
export interface MedianRule {
  readonly kind: 'median';
  /** Epochs in which nothing is stopped. */
  readonly graceEpochs: number;
  /** Completed trials without which nothing is stopped, at least 1. */
  readonly leastTrials: number;
}

/**
 * Stops at each rung all but the best share of 1 / eta of those that have come there. Jamieson and Talwalkar, 2016; decided trial by
 * trial as they arrive: Li et al., "A System for Massively Parallel Hyperparameter Tuning", 2018.
 */
export interface HalvingRule {
  readonly kind: 'halving';
  /** A whole number from 2. */
  readonly eta: number;
  /** Epoch of the first rung; the others are eta, eta², … times as late. */
  readonly firstRung: number;
  /** Trials at a rung, this one included, without which nothing is stopped there; at least 1. */
  readonly leastTrials: number;
}

export type StopRule = MedianRule | HalvingRule;

const whole = (least: number) => {
  const error = `must be a whole number, at least ${least}`;
  return z.int({ error }).min(least, { error });
};

/** A rule as it is written in a file, its gaps filled. */
export const stopRuleSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('median'),
      graceEpochs: whole(0).default(1),
      leastTrials: whole(1).default(5),
    }),
    z.strictObject({
      kind: z.literal('halving'),
      eta: whole(2).default(3),
      firstRung: whole(1).default(1),
      leastTrials: whole(1).default(3),
    }),
  ],
  { error: 'must be a rule such as { kind: median } or { kind: halving, eta: 3 }' },
);

/** What ended a training before its last epoch. */
export interface Stopped {
  readonly by: StopRule['kind'] | 'request';
  /** The last epoch that was trained, from 1. */
  readonly epoch: number;
}

/** Validation errors of one training's epochs, first to last. */
export type Errors = readonly number[];

/**
 * Whether a training that has come so far is to be stopped. `others` are the completed trainings for the median rule, and all other
 * trainings, however far they came, for halving. A training at its last epoch has nothing left to stop: do not ask.
 */
export function isHopeless(errors: Errors, others: readonly Errors[], rule: StopRule): boolean {
  const epoch = errors.length;
  const own = errors.at(-1);
  if (own === undefined) return false;
  const reached = others.flatMap((each) => each[epoch - 1] ?? []);
  return rule.kind === 'median'
    ? epoch > rule.graceEpochs && reached.length >= rule.leastTrials && own > median(reached)
    : isRung(epoch, rule) && reached.length + 1 >= rule.leastTrials && !isKept(own, reached, rule.eta);
}

/** The epochs at which halving decides, of a training of so many: firstRung · eta^k, before the last. */
export function rungsOf({ firstRung, eta }: HalvingRule, epochs: number): number[] {
  const rungs: number[] = [];
  for (let rung = firstRung; rung < epochs; rung *= eta) rungs.push(rung);
  return rungs;
}

/**
 * Which of the trainings that have all come to one rung go on: the best floor(n / eta), but at least one. Of equal errors the earlier
 * in the list is kept.
 */
export function keepBest(errors: Errors, eta: number): boolean[] {
  const kept = Math.max(1, Math.floor(errors.length / eta));
  const order = errors.map((error, index) => ({ error, index })).toSorted((a, b) => a.error - b.error);
  const best = new Set(order.slice(0, kept).map(({ index }) => index));
  return errors.map((_, index) => best.has(index));
}

/** Among all that came to the rung so far; one that is as good as the last that is kept is kept as well. */
function isKept(own: number, others: Errors, eta: number): boolean {
  const places = Math.max(1, Math.floor((others.length + 1) / eta));
  return others.filter((error) => error < own).length < places;
}

function isRung(epoch: number, rule: HalvingRule): boolean {
  return rungsOf(rule, epoch + 1).includes(epoch);
}
