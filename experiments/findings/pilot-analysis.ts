/** What the pilot says of the study's design: rates, windows, spreads, and whether short trainings rank networks as long ones do. */
import { networkKey } from '@netspace/network/interchange';
import type { Trial } from '@netspace/population/trial';
import { bestRange, type BestRange } from '@netspace/stats/bootstrap';
import type { Interval } from '@netspace/stats/interval';
import { networksToDiffer, networksToEqual } from '@netspace/stats/power';
import { mean, quantile } from '@netspace/stats/quantile';
import { random } from '@netspace/stats/random';
import { spearman } from '@netspace/stats/rank-correlation';

/** Of a key of the recipe: where the best of a quarter of the trials lies, in the key's own unit. */
export function bestRate(trials: readonly Trial[], key: 'learningRate' | 'weightDecay'): BestRange {
  const rates = trials.map(({ recipe }) => Number(recipe?.[key]));
  return bestRange(rates, trials.map(errorOf));
}

export interface Spread {
  /** Pairs: networks that were trained with two seeds. */
  readonly n: number;
  /** Standard deviations of errors: of all networks of a space, of one network from seed to seed, and what is left for the networks. */
  readonly total: number;
  readonly seeds: number;
  readonly networks: number;
}

/** One-way analysis of variance over pairs; within spaces, whose means are no part of it. */
export function spreadOf(first: readonly Trial[], second: readonly Trial[]): Spread {
  const pairs = pairTrials(first, second);
  const seeds = mean(pairs.map(([a, b]) => (errorOf(a) - errorOf(b)) ** 2 / 2));
  const total = mean([first, second].map(withinVariance));
  return {
    n: pairs.length,
    total: Math.sqrt(total),
    seeds: Math.sqrt(seeds),
    networks: Math.sqrt(Math.max(0, total - seeds)),
  };
}

/** Rank correlation of errors after short and long trainings of the same networks; 95 % percentile bootstrap over networks. */
export function persistence(
  short: readonly Trial[],
  long: readonly Trial[],
): Interval & { readonly n: number } {
  const pairs = pairTrials(short, long).map(([a, b]) => [errorOf(a), errorOf(b)] as const);
  const rho = (some: typeof pairs): number =>
    spearman(
      some.map(([a]) => a),
      some.map(([, b]) => b),
    );
  const stream = random('pilot');
  const replicates = Array.from({ length: 2000 }, () =>
    rho(pairs.map(() => pairs[stream.below(pairs.length)] ?? [NaN, NaN])),
  );
  return {
    n: pairs.length,
    estimate: rho(pairs),
    low: quantile(replicates, 0.025),
    high: quantile(replicates, 0.975),
  };
}

export interface WindowFigures {
  readonly space: string;
  readonly n: number;
  readonly mean: number;
  readonly spread: number;
  /** Of one training, in the mean. */
  readonly seconds: number;
}

export function windowFigures(trials: readonly Trial[]): WindowFigures[] {
  return spacesOf(trials).map((members) => ({
    space: members[0]?.space ?? '',
    n: members.length,
    mean: mean(members.map(errorOf)),
    spread: Math.sqrt(withinVariance(members)),
    seconds: mean(members.map(({ curve = [] }) => curve.reduce((sum, { seconds = 0 }) => sum + seconds, 0))),
  }));
}

/** Networks a space: without correction, and where a test is the first that Holm's method asks of so many. */
export function networksNeeded(
  spread: number,
  effect: number,
  tests: number,
): Readonly<Record<string, number>> {
  const strict = 1 - 0.05 / tests;
  return {
    differ: networksToDiffer({ spread, effect }),
    equal: networksToEqual({ spread, effect }),
    differCorrected: networksToDiffer({ spread, effect, confidence: strict }),
    equalCorrected: networksToEqual({ spread, effect, confidence: strict }),
  };
}

function pairTrials(first: readonly Trial[], second: readonly Trial[]): [Trial, Trial][] {
  const others = new Map(second.map((trial) => [keyOf(trial), trial]));
  const pairs = first.flatMap((trial): [Trial, Trial][] => {
    const other = others.get(keyOf(trial));
    return other === undefined ? [] : [[trial, other]];
  });
  if (pairs.length < 3)
    throw new RangeError(
      `the two populations share ${pairs.length} networks; at least 3 are needed to compare them`,
    );
  return pairs;
}

function keyOf({ space, network }: Trial): string {
  return `${space}\n${networkKey(network)}`;
}

function withinVariance(trials: readonly Trial[]): number {
  const spaces = spacesOf(trials).map((members) => members.map(errorOf));
  const squares = spaces.flatMap((errors) => errors.map((error) => (error - mean(errors)) ** 2));
  return squares.reduce((sum, square) => sum + square, 0) / (trials.length - spaces.length);
}

function spacesOf(trials: readonly Trial[]): Trial[][] {
  return [...new Set(trials.map(({ space }) => space))].map((name) =>
    trials.filter(({ space }) => space === name),
  );
}

function errorOf({ error, status }: Trial): number {
  return status === 'completed' ? (error ?? 1) : 1;
}
