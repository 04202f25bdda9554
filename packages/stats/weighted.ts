/**
 * Errors that count with different weights: their EDF, the area under it, and differences of weighted means over bins.
 *
 * "On Network Design Spaces for Visual Recognition", Section 3.3: networks are weighted so that the complexities of two sets agree,
 * and then the weighted EDFs show a difference that complexity does not explain.
 */
import type { EdfPoint } from './edf.ts';
import type { Interval } from './interval.ts';
import { studentQuantile, studentShareBelow } from './student.ts';

/** For each error with a weight above 0 a point [error, sum of the weights of errors <= it]; weights of at least 0 that sum to 1. */
export function weightedEdf(errors: readonly number[], weights: readonly number[]): EdfPoint[] {
  checkLengths(errors, weights);
  const order = errors.map((_, i) => i).filter((i) => (weights[i] ?? 0) > 0);
  order.sort((i, j) => (errors[i] ?? NaN) - (errors[j] ?? NaN));
  let share = 0;
  return order.map((i, rank) => {
    share += weights[i] ?? 0;
    // The last is 1 but for rounding.
    return [errors[i] ?? NaN, rank === order.length - 1 ? 1 : Math.min(1, share)];
  });
}

/**
 * The area under the EDF up to `limit`, as a share of the rectangle limit x 1: 1/limit * (integral of F from 0 to limit) = 1 - sum of
 * w * min(1, error / limit) ([NDS], Section 3.3). From 0, where no error lies below the limit, to 1, where all are 0; without a unit.
 */
export function edfArea(
  errors: readonly number[],
  limit: number,
  weights: readonly number[] = errors.map(() => 1 / errors.length),
): number {
  checkLengths(errors, weights);
  if (!(limit > 0)) throw new RangeError(`the area under an EDF up to ${limit}: the limit must be above 0`);
  return 1 - errors.reduce((sum, error, i) => sum + (weights[i] ?? 0) * Math.min(1, error / limit), 0);
}

/** Kish's effective size: how many errors of equal weight know as much; (sum of w)^2 / sum of w^2, from 1 to their number. */
export function effectiveSize(weights: readonly number[]): number {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return sum ** 2 / weights.reduce((total, weight) => total + weight ** 2, 0);
}

/** The errors of one list, sorted into bins; every bin that is compared has one at least. */
export type Strata = readonly (readonly number[])[];

/** A difference of means with what tests and intervals of it need. */
export interface Contrast {
  readonly estimate: number;
  /** Standard error; 0 without spread, Infinity where nothing is known of it. */
  readonly deviation: number;
  /** Of Student's t, by Satterthwaite; at most a million. */
  readonly freedom: number;
}

/**
 * The mean over bins of mean(a in the bin) - mean(b in the bin), bins equally weighted: with one bin it is Welch's (1947). A bin of one error
 * has no spread of its own and takes the one pooled over the bins of its list; where no bin of a list has two errors nothing is known.
 */
export function contrastOf(a: Strata, b: Strata): Contrast {
  if (a.length !== b.length || a.length === 0 || [...a, ...b].some((bin) => bin.length === 0))
    throw new RangeError(
      'a difference over bins needs the same bins of both lists, at least one, and in each an error of both',
    );
  const [momentsA, momentsB] = [momentsOf(a), momentsOf(b)];
  const variance = momentsA.variance + momentsB.variance;
  const freedom = variance ** 2 / (momentsA.uncertainty + momentsB.uncertainty);
  return {
    estimate: momentsA.mean - momentsB.mean,
    deviation: Math.sqrt(variance),
    freedom: Number.isFinite(freedom) ? Math.min(Math.max(1, freedom), 1e6) : 1,
  };
}

/** Welch's p: the probability of a difference as low or lower if the true one were `limit`. Small: the true one is below it. */
export function shareBelowContrast({ estimate, deviation, freedom }: Contrast, limit: number): number {
  if (deviation === 0) return estimate < limit ? 0 : estimate > limit ? 1 : 0.5;
  return studentShareBelow((estimate - limit) / deviation, freedom);
}

/** The same difference with its interval of Student's t; from -Infinity to Infinity where nothing is known of the spread. */
export function stratifiedDifference(a: Strata, b: Strata, confidence = 0.95): Interval {
  const { estimate, deviation, freedom } = contrastOf(a, b);
  if (deviation === 0) return { estimate, low: estimate, high: estimate };
  if (!Number.isFinite(deviation)) return { estimate, low: -Infinity, high: Infinity };
  const reach = studentQuantile((1 + confidence) / 2, freedom) * deviation;
  return { estimate, low: estimate - reach, high: estimate + reach };
}

/** Of the mean over bins: its variance, and the sum over variances of that variance's parts, as Satterthwaite's formula has them. */
function momentsOf(bins: Strata): { mean: number; variance: number; uncertainty: number } {
  const parts = bins.map((bin) => {
    const centre = bin.reduce((sum, error) => sum + error, 0) / bin.length;
    return { n: bin.length, centre, squares: bin.reduce((sum, error) => sum + (error - centre) ** 2, 0) };
  });
  const pooledFreedom = parts.reduce((sum, { n }) => sum + n - 1, 0);
  const pooled = parts.reduce((sum, { squares }) => sum + squares, 0) / pooledFreedom;
  const lone = parts.filter(({ n }) => n === 1).length * (pooled / bins.length ** 2);
  const own = parts
    .filter(({ n }) => n > 1)
    .map(({ n, squares }) => ({ n, part: squares / (n - 1) / n / bins.length ** 2 }));
  return {
    mean: parts.reduce((sum, { centre }) => sum + centre, 0) / bins.length,
    variance: pooledFreedom === 0 ? Infinity : lone + own.reduce((sum, { part }) => sum + part, 0),
    uncertainty:
      lone ** 2 / Math.max(1, pooledFreedom) + own.reduce((sum, { n, part }) => sum + part ** 2 / (n - 1), 0),
  };
}

function checkLengths(errors: readonly number[], weights: readonly number[]): void {
  if (errors.length !== weights.length)
    throw new RangeError(`${errors.length} errors need as many weights, not ${weights.length}`);
}
