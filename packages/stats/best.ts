/**
 * The expected best of m draws with an interval: what random search of m networks finds in a space, and by how much two spaces differ.
 *
 * Why not the minima themselves? A list's minimum moves with the list's size, so minima of lists of different sizes do not compare. And the
 * plain bootstrap of a minimum is not valid (Bickel and Freedman 1981): a resample's minimum is the list's own with probability
 * 1 - (1 - 1/n)^n, 63 %, whatever n, and never lies below it, while the true bound of the distribution always does.
 *
 * What is done here: E(min of m) = sum of x(i) C(n - i, m - 1) / C(n, m) over the sorted list, the mean over all subsets of m. It is a
 * U-statistic, so it has no bias for any n >= m, and it is asymptotically normal while m is small against n (Hoeffding 1948, Frees 1989). The
 * jackknife's variance is too large in the mean, never too small (Efron and Stein 1981). As m comes near n few numbers carry the
 * estimate and that variance is uncertain itself: Student's t stands for the normal, with the degrees of freedom that the fourth
 * moment of the influences gives (Satterthwaite 1946). In simulations with lists of 20 to 150 numbers from five distributions intervals of 95 % hold
 * the truth in 93.5 to 97.5 % of the cases for m up to half of the shorter list, in 90 to 94 % where m is all of it.
 */
import type { Interval } from './interval.ts';
import { mean } from './quantile.ts';
import { studentQuantile } from './student.ts';

/** Half of the shorter list, at least 1: the most draws at which an interval still holds what it says. */
export function defaultDraws(...sizes: readonly number[]): number {
  return Math.max(1, Math.trunc(Math.min(...sizes) / 2));
}

/** The expected least of `draws` numbers of the distribution that the list comes from; draws from 1 to the list's length. */
export function bestOf(list: readonly number[], draws: number, confidence = 0.95): Interval {
  return intervalOf([estimateBest(list, draws)], confidence);
}

/** The expected least of `draws` numbers of a's distribution less that of b's: below 0 where a is better at the same budget. */
export function bestDifference(
  a: readonly number[],
  b: readonly number[],
  draws: number,
  confidence = 0.95,
): Interval {
  const [bestA, bestB] = [estimateBest(a, draws), estimateBest(b, draws)];
  return intervalOf([bestA, { estimate: -bestB.estimate, influences: bestB.influences }], confidence);
}

interface BestEstimate {
  readonly estimate: number;
  /** The squares of these sum up to the jackknife's variance; signs do not matter. */
  readonly influences: readonly number[];
}

function estimateBest(list: readonly number[], draws: number): BestEstimate {
  const n = list.length;
  if (!(Number.isInteger(draws) && draws >= 1 && draws <= n))
    throw new RangeError(
      `the best of ${draws} draws cannot be told from ${n} numbers; draws must be whole, from 1 to ${n}`,
    );
  const sorted = list.toSorted((x, y) => x - y);
  const weights = rankWeights(n, draws);
  const estimate = sorted.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0);
  return { estimate, influences: influencesOf(sorted, draws) };
}

/** For each rank the share of subsets of m whose least it is: C(n - i, m - 1) / C(n, m), by w(i + 1) = w(i) (n - i - m + 1) / (n - i). */
function rankWeights(n: number, draws: number): Float64Array {
  let weight = draws / n;
  return new Float64Array(n).map((_, i) => {
    const own = weight;
    weight *= Math.max(0, n - i - draws) / Math.max(1, n - i - 1);
    return own;
  });
}

/** All estimates without one number, by sums from both ends: numbers below it keep their rank, those above it move down by one. */
function influencesOf(sorted: readonly number[], draws: number): number[] {
  const n = sorted.length;
  if (n === 1) return [0];
  const weights = rankWeights(n - 1, Math.min(draws, n - 1));
  const above = new Float64Array(n + 1);
  for (let i = n - 1; i >= 1; i--)
    above[i] = (above[i + 1] ?? 0) + (sorted[i] ?? NaN) * (weights[i - 1] ?? 0);
  let below = 0;
  const without = sorted.map((value, left) => {
    const estimate = below + (above[left + 1] ?? 0);
    below += value * (weights[left] ?? 0);
    return estimate;
  });
  const centre = mean(without);
  return without.map((estimate) => (estimate - centre) * Math.sqrt((n - 1) / n));
}

function intervalOf(parts: readonly BestEstimate[], confidence: number): Interval {
  const estimate = parts.reduce((sum, part) => sum + part.estimate, 0);
  const variances = parts.map(({ influences }) => powerSum(influences, 2));
  const variance = variances.reduce((sum, own) => sum + own, 0);
  // The variance of a sum of n squares is estimated by the sum of fourth powers less the square of the sum over n.
  const uncertainty = parts.reduce(
    (sum, { influences }, i) => sum + powerSum(influences, 4) - (variances[i] ?? 0) ** 2 / influences.length,
    0,
  );
  if (variance === 0) return { estimate, low: estimate, high: estimate };
  const freedom = Math.min(1e6, Math.max(2, (2 * variance ** 2) / Math.max(uncertainty, 0)));
  const reach = studentQuantile((1 + confidence) / 2, freedom) * Math.sqrt(variance);
  return { estimate, low: estimate - reach, high: estimate + reach };
}

function powerSum(values: readonly number[], power: 2 | 4): number {
  let sum = 0;
  for (const value of values) {
    const square = value * value;
    sum += power === 2 ? square : square * square;
  }
  return sum;
}
