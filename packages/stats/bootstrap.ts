/**
 * The empirical bootstrap of the best, in closed form: no random numbers.
 *
 * Footnote 4 of "Designing Network Design Spaces": draw m of n networks with replacement, keep the best one's parameter, repeat.
 * With errors sorted, all m draws are of rank > i with probability ((n - i) / n)^m, so the best is of a rank
 * in (i, j] with probability ((n - i) / n)^m - ((n - j) / n)^m. Networks of one error share their group's mass evenly.
 */
import { weightedQuantiles } from './quantile.ts';

/** Where the best of m draws lies: 95 % of the mass between `low` and `high`. */
export interface BestRange {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** The paper's number of draws, a quarter of n, at least 1. */
export function quarterOf(n: number): number {
  return Math.max(1, Math.trunc(n / 4));
}

/** A network that the best of the draws may be. */
export interface Contender {
  /** Its place among the errors. */
  readonly index: number;
  readonly probability: number;
}

/** What all networks that are left out of a range have together at most; rounding allows a quantile ten times as much. */
const negligible = 1e-13;

/**
 * The networks that the best of `draws` draws with replacement may be, lowest errors first: all but those that are it with a probability of
 * less than `leftOut` together. Of thousands they are some hundred, and nothing else needs to be known of the others.
 */
export function contendersOf(
  errors: readonly number[],
  draws = quarterOf(errors.length),
  leftOut = negligible,
): Contender[] {
  if (!(Number.isInteger(draws) && draws >= 1))
    throw new RangeError(`the best of ${draws} draws: the number of draws must be whole and at least 1`);
  const n = errors.length;
  const order = errors.map((_, i) => i).toSorted((a, b) => (errors[a] ?? 0) - (errors[b] ?? 0));
  const contenders: Contender[] = [];
  for (let first = 0, end = 0, left = 1; first < n && left > leftOut; first = end) {
    const error = errors[order[first] ?? 0];
    while (end < n && errors[order[end] ?? 0] === error) end++;
    const beyond = ((n - end) / n) ** draws;
    const probability = (left - beyond) / (end - first);
    for (const index of order.slice(first, end)) contenders.push({ index, probability });
    left = beyond;
  }
  return contenders;
}

/** For each network the probability to be the best of `draws` draws with replacement; in the order of `errors`, sums to 1. */
export function bestProbabilities(errors: readonly number[], draws = quarterOf(errors.length)): number[] {
  const probabilities = errors.map(() => 0);
  for (const { index, probability } of contendersOf(errors, draws, 0)) probabilities[index] = probability;
  return probabilities;
}

/** The range of a parameter of the best of m draws: weighted quantiles at .025, .5 and .975; `values` in the order of `errors`. */
export function bestRange(
  values: readonly number[],
  errors: readonly number[],
  draws = quarterOf(errors.length),
): BestRange {
  return rangeOver(contendersOf(errors, draws), (index) => values[index] ?? NaN);
}

/** The ranges of several parameters of the same networks. */
export function bestRanges(columns: readonly (readonly number[])[], errors: readonly number[]): BestRange[] {
  const contenders = contendersOf(errors);
  return columns.map((values) => rangeOver(contenders, (index) => values[index] ?? NaN));
}

/** The same where the contenders are known, who serve for all parameters of one population. */
export function rangeOver(contenders: readonly Contender[], valueOf: (index: number) => number): BestRange {
  const values = contenders.map(({ index }) => valueOf(index));
  const probabilities = contenders.map(({ probability }) => probability);
  const [low = NaN, median = NaN, high = NaN] = weightedQuantiles(values, probabilities, [0.025, 0.5, 0.975]);
  return { low, median, high };
}

/** The expected least error of m draws: the efficiency of random search ("On Network Design Spaces for Visual Recognition", Section 3). NaN for no errors. */
export function expectedBest(errors: readonly number[], draws: number): number {
  if (errors.length === 0) return NaN;
  const probabilities = bestProbabilities(errors, draws);
  return errors.reduce((sum, error, i) => sum + error * (probabilities[i] ?? 0), 0);
}
