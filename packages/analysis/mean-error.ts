/**
 * The difference of two spaces' mean errors, with an interval that holds where few networks fail.
 *
 * A failed network has error 1, tens of standard deviations from the rest, and a bootstrap knows only the failures that it was given: where 2 % fail, lists
 * of 30 to 100 networks cover the truth in 81 % of sweeps instead of 95. So the mean is taken apart, mean = m + f (1 - m), with m of the networks that
 * completed and f the share that failed: m by the bootstrap (BCa), each f by Jeffreys' interval, and the three are put together by the distances of their ends, which needs no
 * symmetry (Zou and Donner 2008, Statistics in Medicine 27, "MOVER"). Where nobody failed there is no share to be unsure of, and m alone remains.
 *
 * Of small lists a bootstrap's intervals are too short, by the root of n/(n - 1) and by the normal quantile in place of Student's; the confidence that it is asked for
 * makes up for both (Hesterberg 2015, The American Statistician 69, "expanded percentile").
 */
import { meanDifference, type BootstrapOptions, type Interval } from '@netspace/stats/interval';
import { standardError } from '@netspace/stats/mean-interval';
import { normalShareBelow } from '@netspace/stats/normal';
import { mean } from '@netspace/stats/quantile';
import { jeffreysInterval } from '@netspace/stats/share';
import { studentQuantile } from '@netspace/stats/student';

/** The errors of a space: fractions of the networks that completed, 1 for each that failed or diverged. */
export interface Errors {
  readonly completed: readonly number[];
  readonly failed: number;
}

/** One error a network. */
export function allErrors({ completed, failed }: Errors): number[] {
  return [...completed, ...Array.from({ length: failed }, () => 1)];
}

export interface MeanErrorDifference {
  /** Mean error of a less that of b. */
  readonly all: Interval;
  /** The same of the networks that completed alone; null where a space has none. */
  readonly completed: Interval | null;
}

/** Both need a network. */
export function meanErrorDifference(a: Errors, b: Errors, options: BootstrapOptions): MeanErrorDifference {
  const completed = completedDifference(a, b, options);
  if (completed === null) return { all: meanDifference(allErrors(a), allErrors(b), options), completed };
  if (a.failed + b.failed === 0) return { all: completed, completed };
  return { all: withFailures(completed, a, b, options), completed };
}

function withFailures(
  completed: Interval,
  a: Errors,
  b: Errors,
  { confidence = 0.95 }: BootstrapOptions,
): Interval {
  const [ofA, ofB] = [failureShare(a, confidence), failureShare(b, confidence)];
  const estimate = mean(allErrors(a)) - mean(allErrors(b));
  return {
    estimate,
    low: estimate - Math.hypot(completed.estimate - completed.low, ofA.below, ofB.above),
    high: estimate + Math.hypot(completed.high - completed.estimate, ofA.above, ofB.below),
  };
}

function completedDifference(a: Errors, b: Errors, options: BootstrapOptions): Interval | null {
  if (a.completed.length === 0 || b.completed.length === 0) return null;
  const { confidence = 0.95 } = options;
  return meanDifference(a.completed, b.completed, {
    ...options,
    confidence: expanded(confidence, a.completed, b.completed),
  });
}

/** How far the mean error could lie below and above what it is, by the share of networks that fail. */
function failureShare({ completed, failed }: Errors, confidence: number): { below: number; above: number } {
  const n = completed.length + failed;
  const { low, high } = jeffreysInterval(failed, n, confidence);
  const loss = 1 - mean(completed);
  return { below: loss * (failed / n - low), above: loss * (high - failed / n) };
}

function expanded(confidence: number, a: readonly number[], b: readonly number[]): number {
  const [ofA, ofB] = [standardError(a) ** 2, standardError(b) ** 2];
  const freedom = (ofA + ofB) ** 2 / (ofA ** 2 / (a.length - 1) + ofB ** 2 / (b.length - 1));
  // A list of one, or lists without any spread.
  if (!Number.isFinite(freedom)) return confidence;
  const resampled = (ofA * (a.length - 1)) / a.length + (ofB * (b.length - 1)) / b.length;
  const reach = studentQuantile((1 + confidence) / 2, freedom) * Math.sqrt((ofA + ofB) / resampled);
  return 1 - 2 * normalShareBelow(-reach);
}
