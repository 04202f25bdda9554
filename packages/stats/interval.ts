/** Estimates with intervals for two lists of errors: the difference of their means, and how often one is below the other. */
import { bcaBounds, linearBounds } from './bca.ts';
import { normalQuantile } from './normal.ts';
import { mean } from './quantile.ts';
import type { Random } from './random.ts';

/** An estimate and the interval that holds the truth with a stated confidence. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  /** Source of the resamples; the same stream gives the same interval. */
  readonly random: Random;
  /** Default 2000. */
  readonly resamples?: number;
  /** Default 0.95. */
  readonly confidence?: number;
}

const mostResampled = 2000;

/**
 * mean(a) - mean(b) with its bias-corrected and accelerated bootstrap interval (Efron 1987); both lists are resampled apart. Of more than 2000
 * numbers together the interval is that of the closed form (ABC), which draws nothing and differs by less than resamples do among themselves.
 * Lists without any spread give an interval of no width: two numbers say nothing about their distribution.
 */
export function meanDifference(
  a: readonly number[],
  b: readonly number[],
  options: BootstrapOptions,
): Interval {
  if (a.length === 0 || b.length === 0)
    throw new RangeError(
      `a difference of means needs two lists with numbers, not of ${a.length} and ${b.length}`,
    );
  const { random, resamples = 2000, confidence = 0.95 } = options;
  const estimate = mean(a) - mean(b);
  const influences = influencesOf(a, b);
  if (a.length + b.length > mostResampled)
    return { estimate, ...linearBounds({ estimate, influences, confidence }) };
  const replicates = Float64Array.from(
    { length: resamples },
    () => resampledMean(a, random) - resampledMean(b, random),
  );
  return { estimate, ...bcaBounds({ estimate, replicates, influences, confidence }) };
}

/**
 * The probability that a number of a's distribution is below one of b's, ties counted half, with a score interval:
 * Newcombe (2006), Statistics in Medicine 25, method 5, which keeps its width where the lists do not overlap at all.
 */
export function probabilityBelow(a: readonly number[], b: readonly number[], confidence = 0.95): Interval {
  if (a.length === 0 || b.length === 0)
    throw new RangeError(
      `a probability of superiority needs two lists with numbers, not of ${a.length} and ${b.length}`,
    );
  const estimate = countBelow(a, b) / (a.length * b.length);
  const z = normalQuantile(0.5 + confidence / 2);
  const reach = (p: number): number => z * Math.sqrt(variance(p, a.length, b.length));
  return {
    estimate,
    low: crossing(0, estimate, (p) => estimate - p > reach(p)),
    high: crossing(1, estimate, (p) => p - estimate > reach(p)),
  };
}

/** Pairs with a < b, ties half. */
function countBelow(a: readonly number[], b: readonly number[]): number {
  const sorted = b.toSorted((x, y) => x - y);
  const countUpTo = (holds: (value: number) => boolean): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(sorted[middle] ?? 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return a.reduce((sum, value) => {
    const less = countUpTo((other) => other < value);
    const lessOrTied = countUpTo((other) => other <= value);
    return sum + (sorted.length - lessOrTied) + (lessOrTied - less) / 2;
  }, 0);
}

/** Of the share of pairs if it is p: Newcombe's symmetric form of the variance of Hanley and McNeil (1982). */
function variance(p: number, n: number, m: number): number {
  const others = (n + m) / 2 - 1;
  return (p * (1 - p) * (1 + others * ((1 - p) / (2 - p) + p / (1 + p)))) / (n * m);
}

/** The border between where `outside` holds, at `from`, and where it does not, at `to`. */
function crossing(from: number, to: number, outside: (p: number) => boolean): number {
  let [out, inside] = [from, to];
  if (!outside(out)) return out;
  for (let step = 0; step < 60; step++) {
    const middle = (out + inside) / 2;
    if (outside(middle)) out = middle;
    else inside = middle;
  }
  return inside;
}

function resampledMean(values: readonly number[], random: Random): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[random.below(values.length)] ?? 0;
  return sum / values.length;
}

/** How far each number moves the difference of means. */
function influencesOf(a: readonly number[], b: readonly number[]): number[] {
  const [centreA, centreB] = [mean(a), mean(b)];
  return [
    ...a.map((value) => (value - centreA) / a.length),
    ...b.map((value) => (centreB - value) / b.length),
  ];
}
