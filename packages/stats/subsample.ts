/**
 * How far the EDF of a part of a population lies from that of the whole: how many networks suffice ([NDS], Section 3.2).
 *
 * A part of n of N, drawn without replacement, and the rest of N - n are two lists dealt from one, and F_n - F_N =
 * (1 - n/N) (F_n - F_rest). So the distance to the whole is (1 - n/N) times the two-sample KS statistic of a random deal, whose distribution
 * counting lattice paths gives exactly: no subsample is drawn.
 */
import { dealtDistance } from './ks.ts';

/** Of the KS distance between parts of `size` and the whole. */
export interface SubsampleDistance {
  readonly size: number;
  /** To a thousandth of the distance's range. */
  readonly mean: number;
  /** 95 % of all parts lie between. */
  readonly low: number;
  readonly high: number;
}

/** Steps in which the distribution is summed up. */
const steps = 500;

/** For whole sizes from 1 to the population's; the whole has distance 0 to itself. */
export function subsampleDistance(errors: readonly number[], size: number): SubsampleDistance {
  const all = errors.length;
  if (!(Number.isInteger(size) && size >= 1 && size <= all))
    throw new RangeError(`a part of ${size} of ${all} errors: the size must be whole, from 1 to ${all}`);
  if (size === all) return { size, mean: 0, low: 0, high: 0 };
  const atLeast = dealtDistance(errors, size);
  const scale = 1 - size / all;
  // P(D >= t) falls from 1 to 0: between two steps it is taken as the mean of both.
  const shares = Array.from({ length: steps + 1 }, (_, i): number => (i === 0 ? 1 : 0));
  for (let i = 1; i <= steps && (shares[i - 1] ?? 0) > 1e-12; i++) shares[i] = atLeast(i / steps);
  const mean =
    shares.reduce((sum, share, i) => sum + (i === 0 || i === steps ? share / 2 : share), 0) / steps;
  return {
    size,
    mean: scale * mean,
    low: scale * lastAtLeast(atLeast, 0.975),
    high: scale * lastAtLeast(atLeast, 0.025),
  };
}

/** The greatest distance that is reached with a probability of at least `share`. */
function lastAtLeast(atLeast: (distance: number) => number, share: number): number {
  let [reached, missed] = [0, 1 + 1e-9];
  for (let step = 0; step < 30; step++) {
    const middle = (reached + missed) / 2;
    if (atLeast(middle) >= share) reached = middle;
    else missed = middle;
  }
  return reached;
}
