/** Straight lines through points: the robust one of Theil and Sen, and that of least squares, each with an interval of its slope. */
import type { Interval } from './interval.ts';
import { normalQuantile } from './normal.ts';
import { mean, median } from './quantile.ts';
import { studentQuantile } from './student.ts';

export interface Line {
  readonly slope: Interval;
  /** The line at x = 0. */
  readonly intercept: number;
}

/** Fewer points than these have no interval of 95 %: chance alone orders four of them in 1 of 12 cases. */
const fewest = 5;

/**
 * The median of the slopes of all pairs of points with different x (Theil 1950, Sen 1968), and the line of that slope with as
 * many points above as below it. Up to 29 % of the points may lie anywhere. The interval is Sen's: the slopes at which Kendall's S is not beyond its normal
 * quantile, with the variance corrected for ties; from -Infinity to Infinity for fewer than five points. At least two different x.
 */
export function theilSen(xs: readonly number[], ys: readonly number[], confidence = 0.95): Line {
  checkPoints(xs, ys);
  const slopes = pairSlopes(xs, ys);
  const slope = median(slopes);
  const intercept = median(ys.map((y, i) => y - slope * (xs[i] ?? NaN)));
  if (xs.length < fewest) return { slope: { estimate: slope, low: -Infinity, high: Infinity }, intercept };
  const n = xs.length;
  const variance = (kendall(n) - tieLoss(xs) - tieLoss(ys)) / 18;
  const reach = normalQuantile((1 + confidence) / 2) * Math.sqrt(Math.max(0, variance));
  const low = Math.max(0, Math.round((slopes.length - reach) / 2) - 1);
  const high = Math.min(slopes.length - 1, Math.round((slopes.length + reach) / 2));
  return { slope: { estimate: slope, low: slopes[low] ?? NaN, high: slopes[high] ?? NaN }, intercept };
}

/** The line of least squares; Student's interval of the slope, without width where the points lie on the line, infinite for two points. */
export function leastSquares(xs: readonly number[], ys: readonly number[], confidence = 0.95): Line {
  checkPoints(xs, ys);
  const [centreX, centreY] = [mean(xs), mean(ys)];
  const spread = xs.reduce((sum, x) => sum + (x - centreX) ** 2, 0);
  const slope = xs.reduce((sum, x, i) => sum + (x - centreX) * ((ys[i] ?? NaN) - centreY), 0) / spread;
  const intercept = centreY - slope * centreX;
  const freedom = xs.length - 2;
  if (freedom === 0) return { slope: { estimate: slope, low: -Infinity, high: Infinity }, intercept };
  const rest = xs.reduce((sum, x, i) => sum + ((ys[i] ?? NaN) - intercept - slope * x) ** 2, 0);
  const reach = studentQuantile((1 + confidence) / 2, freedom) * Math.sqrt(rest / freedom / spread);
  return { slope: { estimate: slope, low: slope - reach, high: slope + reach }, intercept };
}

/** Ascending. */
function pairSlopes(xs: readonly number[], ys: readonly number[]): number[] {
  const slopes: number[] = [];
  for (let i = 0; i < xs.length; i++)
    for (let j = i + 1; j < xs.length; j++) {
      const step = (xs[j] ?? NaN) - (xs[i] ?? NaN);
      if (step !== 0) slopes.push(((ys[j] ?? NaN) - (ys[i] ?? NaN)) / step);
    }
  return slopes.toSorted((a, b) => a - b);
}

/** 18 times the variance of Kendall's S of n numbers. */
function kendall(n: number): number {
  return n * (n - 1) * (2 * n + 5);
}

function tieLoss(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum + kendall(count), 0);
}

function checkPoints(xs: readonly number[], ys: readonly number[]): void {
  if (xs.length !== ys.length)
    throw new RangeError(`a line through points needs as many y as x, not ${ys.length} and ${xs.length}`);
  if (new Set(xs).size < 2) throw new RangeError('a line through points needs two different x at least');
}
