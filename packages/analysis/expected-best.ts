/** What a random search of m networks finds in a space, for every m: "On Network Design Spaces for Visual Recognition", Section 3.3. */
import { bestOf, defaultDraws } from '@netspace/stats/best';
import type { Interval } from '@netspace/stats/interval';

/** The expected least error of `draws` networks, with a 95 % interval. */
export interface ExpectedBest extends Interval {
  readonly draws: number;
}

/** Points of a curve, at most. */
const mostPoints = 40;

/** For 1, 2, … networks in steps of equal ratio up to half of the errors, up to which the intervals hold what they say; in closed form. */
export function expectedBests(errors: readonly number[]): ExpectedBest[] {
  // Each estimate sorts its list, which is quick where it is sorted.
  const sorted = errors.toSorted((a, b) => a - b);
  return wholeSteps(defaultDraws(errors.length)).map((draws) => ({ draws, ...bestOf(sorted, draws) }));
}

/** Whole numbers from 1 to the end, at most forty or so many, in equal ratios as far as whole numbers allow. */
export function wholeSteps(end: number, most = mostPoints): number[] {
  const steps = Array.from({ length: most }, (_, i) => Math.round(end ** (i / (most - 1))));
  return [...new Set(steps)];
}
