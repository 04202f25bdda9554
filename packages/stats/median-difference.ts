/** The difference of the medians of two lists, with its bootstrap interval. */
import { bcaBounds } from './bca.ts';
import type { BootstrapOptions, Interval } from './interval.ts';
import { drawOrderStatistics } from './order-statistic.ts';
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

/** A resample's ranks are n uniform numbers, so its middle ranks are their middle order statistics. */
function resampledMedian(sorted: Float64Array, random: Random): number {
  const n = sorted.length;
  const [lower, upper] = drawOrderStatistics(n, (n + 1) >> 1, random);
  const at = (share: number): number => sorted[Math.min(n - 1, Math.trunc(share * n))] ?? NaN;
  return n % 2 === 1 ? at(lower) : (at(lower) + at(upper)) / 2;
}

function influencesOf(sorted: Float64Array): number[] {
  const n = sorted.length;
  if (n === 1) return [0];
  const without = Array.from(sorted, (_, left) => {
    const at = (rank: number): number => sorted[rank < left ? rank : rank + 1] ?? NaN;
    return (at((n - 2) >> 1) + at((n - 1) >> 1)) / 2;
  });
  const centre = mean(without);
  return without.map((value) => ((n - 1) * (centre - value)) / n);
}

function middle(sorted: Float64Array): number {
  const n = sorted.length;
  return ((sorted[(n - 1) >> 1] ?? NaN) + (sorted[n >> 1] ?? NaN)) / 2;
}
