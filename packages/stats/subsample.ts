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
  /** To a thousandth of the distance's range; exact of small populations. */
  readonly mean: number;
  /** 95 % of all parts lie between. */
  readonly low: number;
  readonly high: number;
}

/** Distances at which the distribution is taken, of many more that it has. */
const mostPlaces = 64;

/** For whole sizes from 1 to the population's; the whole has distance 0 to itself. */
export function subsampleDistance(errors: readonly number[], size: number): SubsampleDistance {
  const all = errors.length;
  if (!(Number.isInteger(size) && size >= 1 && size <= all))
    throw new RangeError(`a part of ${size} of ${all} errors: the size must be whole, from 1 to ${all}`);
  if (size === all) return { size, mean: 0, low: 0, high: 0 };
  const { multiples, atLeast } = dealtDistance(errors, size);
  const reach = Math.ceil(multiples * likelyReach(size, all));
  const places = placesUpTo(Math.min(multiples, reach));
  const shares = places.map(atLeast);
  const unit = (1 - size / all) / multiples;
  return {
    size,
    mean: unit * areaUnder(places, shares),
    low: unit * lastAtLeast(0.975, places, shares, atLeast),
    high: unit * lastAtLeast(0.025, places, shares, atLeast),
  };
}

/** A distance that about one deal in a thousand million reaches: by the limit distribution, 2 exp(-2 t^2) at D = t sqrt(1/n + 1/m). */
function likelyReach(size: number, all: number): number {
  return Math.sqrt((Math.log(2e9) / 2) * (1 / size + 1 / (all - size)));
}

/** Whole numbers from 0 to `reach`, evenly. */
function placesUpTo(reach: number): number[] {
  const count = Math.min(mostPlaces, reach);
  return Array.from({ length: count + 1 }, (_, i) => Math.round((i * reach) / count));
}

/** The expected value, the sum of P(at least k) over k from 1; between two places P is taken as straight. */
function areaUnder(places: readonly number[], shares: readonly number[]): number {
  let area = 0;
  for (let i = 1; i < places.length; i++) {
    const [from = 0, to = 0] = [places[i - 1], places[i]];
    const [start = 0, end = 0] = [shares[i - 1], shares[i]];
    // Of the whole numbers beyond `from` up to `to`: where they are neighbours, this is P at `to`.
    const steps = to - from;
    area += (steps * (start + end) - (start - end)) / 2;
  }
  return area;
}

/** The greatest k that is reached with a probability of at least `share`. */
function lastAtLeast(
  share: number,
  places: readonly number[],
  shares: readonly number[],
  atLeast: (k: number) => number,
): number {
  const next = shares.findIndex((each) => each < share);
  let [reached, missed] = [places[next - 1] ?? 0, places[next] ?? (places.at(-1) ?? 0) + 1];
  while (missed - reached > 1) {
    const middle = Math.floor((reached + missed) / 2);
    if (atLeast(middle) >= share) reached = middle;
    else missed = middle;
  }
  return reached;
}
