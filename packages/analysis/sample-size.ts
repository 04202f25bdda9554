/**
 * How many networks a space's EDF needs: the KS distance of parts of a population to the whole of it ([NDS], Section 3.2).
 * Exact, without subsampling; networks that failed are part of it.
 */
import { subsampleDistance, type SubsampleDistance } from '@netspace/stats/subsample';
import { wholeSteps } from './expected-best.ts';

export interface SampleSizeOptions {
  /** Of a population of more, the first so many stand for the whole; default 600. The time grows with their square. */
  readonly most?: number;
  /** Sizes, at most; default 40. */
  readonly points?: number;
}

/** For sizes from 5, or 1 of fewer than ten, in steps of equal ratio up to the whole. */
export function sampleSizes(
  errors: readonly number[],
  { most = 600, points = 40 }: SampleSizeOptions = {},
): SubsampleDistance[] {
  const whole = errors.slice(0, most);
  const least = whole.length < 10 ? 1 : 5;
  return wholeSteps(whole.length, points)
    .filter((size) => size >= least)
    .map((size) => subsampleDistance(whole, size));
}
