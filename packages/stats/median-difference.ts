/** The difference of the medians of two lists, with its bootstrap interval. */
import { bcaBounds } from './bca.ts';
import type { BootstrapOptions, Interval } from './interval.ts';
import { mean } from './quantile.ts';
import type { Random } from './random.ts';

/** median(a) - median(b) with its bias-corrected and accelerated bootstrap interval; both lists are resampled apart. */
export function medianDifference(
  a: readonly number[],
  b: readonly number[],
  options: BootstrapOptions,
): Interval {
  if (a.length === 0 || b.length === 0)
    throw new RangeError(
      `a difference of medians needs two lists with numbers, not of ${a.length} and ${b.length}`,
    );
  const { random, resamples = 2000, confidence = 0.95 } = options;
  const [sortedA, sortedB] = [Float64Array.from(a).toSorted(), Float64Array.from(b).toSorted()];
  const estimate = middle(sortedA) - middle(sortedB);
  const replicates = Float64Array.from(
    { length: resamples },
    () => resampledMedian(sortedA, random) - resampledMedian(sortedB, random),
  );
  const influences = [...influencesOf(sortedA), ...influencesOf(sortedB).map((influence) => -influence)];
  return { estimate, ...bcaBounds({ estimate, replicates, influences, confidence }) };
}

/** The ranks that are drawn are sorted in place of the numbers: the same order. */
function resampledMedian(sorted: Float64Array, random: Random): number {
  const n = sorted.length;
  const ranks = Uint32Array.from({ length: n }, () => random.below(n)).toSorted();
  return ((sorted[ranks[(n - 1) >> 1] ?? 0] ?? NaN) + (sorted[ranks[n >> 1] ?? 0] ?? NaN)) / 2;
}

function influencesOf(sorted: Float64Array): number[] {
  const n = sorted.length;
  if (n === 1) return [0];
  const without = Array.from(sorted, (_, left) => middle(sorted.filter((_other, i) => i !== left)));
  const centre = mean(without);
  return without.map((value) => ((n - 1) * (centre - value)) / n);
}

function middle(sorted: Float64Array): number {
  const n = sorted.length;
  return ((sorted[(n - 1) >> 1] ?? NaN) + (sorted[n >> 1] ?? NaN)) / 2;
}
