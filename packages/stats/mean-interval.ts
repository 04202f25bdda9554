/** How sure a mean of a few numbers is: Student's interval. */
import type { Interval } from './interval.ts';
import { mean } from './quantile.ts';
import { studentQuantile } from './student.ts';

/**
 * The mean of a list and mean ± t · s / √n with n - 1 degrees of freedom, right where the numbers are independent and near normal.
 * Of one number nothing is known: the interval is all numbers. RangeError for none.
 */
export function meanInterval(values: readonly number[], confidence = 0.95): Interval {
  if (values.length === 0) throw new RangeError('the mean of no numbers has no interval');
  const estimate = mean(values);
  if (values.length === 1) return { estimate, low: -Infinity, high: Infinity };
  const reach = studentQuantile((1 + confidence) / 2, values.length - 1) * standardError(values);
  return { estimate, low: estimate - reach, high: estimate + reach };
}

/** s / √n, with n - 1 under the sum of squares; NaN for less than two numbers. */
export function standardError(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}
