/**
 * How many networks a space's EDF needs: the KS distance of parts of a population to the whole of it ([NDS], Section 3.2).
 * Exact, without subsampling; networks that failed are part of it.
 */
import { subsampleDistance, type SubsampleDistance } from '@netspace/stats/subsample';
import { wholeSteps } from './expected-best.ts';

/** Parts of populations of more are drawn of their first so many: the whole is then known well enough. */
const mostErrors = 2000;

/** For sizes from 5, or 1 of fewer than ten, in steps of equal ratio up to the whole. */
export function sampleSizes(errors: readonly number[]): SubsampleDistance[] {
  const whole = errors.slice(0, mostErrors);
  const least = whole.length < 10 ? 1 : 5;
  return wholeSteps(whole.length)
    .filter((size) => size >= least)
    .map((size) => subsampleDistance(whole, size));
}
