/**
 * Many ways to split one list of numbers in two: which splits differ in their means, sure of all of them together.
 *
 * The numbers are dealt to their places anew, and for each deal the greatest |t| of all splits is kept: its distribution is what the best of so many
 * splits reaches by chance alone, however much they overlap (Westfall and Young 1993). t is Welch's, with a spread for each side, so that
 * sides of unlike spread do not look like a difference (Janssen 1997). Splits may be chosen by anything but the numbers.
 */
import { firstAbove } from './distribution.ts';
import { permutation, type Random } from './random.ts';
import type { Interval } from './interval.ts';

export interface SplitTest extends Interval {
  /** mean(inside) - mean(outside), with an interval that holds for all splits together. */
  readonly estimate: number;
  /** Standard error of the estimate; the interval reaches `critical` of them. */
  readonly deviation: number;
  /** Probability that chance alone makes any split differ as much. */
  readonly p: number;
}

export interface SplitTests {
  /** The |t| that the greatest of all stays below with the given confidence. */
  readonly critical: number;
  readonly tests: readonly SplitTest[];
}

export interface SplitOptions {
  readonly random: Random;
  /** Default 2000. */
  readonly deals?: number;
  /** Default 0.95. */
  readonly confidence?: number;
}

/** `splits` hold for each number whether it is inside; on each side of each there must be two numbers at least. */
export function testSplits(
  values: readonly number[],
  splits: readonly (readonly boolean[])[],
  { random, deals = 2000, confidence = 0.95 }: SplitOptions,
): SplitTests {
  if (splits.length === 0) return { critical: NaN, tests: [] };
  const sides = splits.map((split) => membersOf(split, values.length));
  const observed = Float64Array.from(values);
  const greatest = Float64Array.from({ length: deals }, () => {
    const dealt = Float64Array.from(permutation(values.length, random), (i) => observed[i] ?? NaN);
    return greatestT(dealt, sides);
  }).toSorted();
  // The observed deal is one of the deals: the rank is that of `deals + 1` of them.
  const rank = Math.min(deals - 1, Math.ceil(confidence * (deals + 1)) - 1);
  const critical = greatest[rank] ?? Infinity;
  return { critical, tests: sides.map((inside) => testOf(observed, inside, critical, greatest)) };
}

function testOf(
  values: Float64Array,
  inside: Int32Array,
  critical: number,
  greatest: Float64Array,
): SplitTest {
  const { difference, deviation } = welch(values, inside, totalsOf(values));
  const t = deviation === 0 ? (difference === 0 ? 0 : Infinity) : Math.abs(difference) / deviation;
  const last = greatest.at(-1) ?? -Infinity;
  const below = last <= t * (1 - 1e-12) ? greatest.length : firstAbove(greatest, t * (1 - 1e-12));
  return {
    estimate: difference,
    low: difference - critical * deviation,
    high: difference + critical * deviation,
    deviation,
    p: (greatest.length - below + 1) / (greatest.length + 1),
  };
}

function greatestT(values: Float64Array, sides: readonly Int32Array[]): number {
  const totals = totalsOf(values);
  let greatest = 0;
  for (const inside of sides) {
    const { difference, deviation } = welch(values, inside, totals);
    if (difference !== 0) greatest = Math.max(greatest, Math.abs(difference) / deviation);
  }
  return greatest;
}

interface Totals {
  readonly centre: number;
  readonly squares: number;
}

/** Sums are taken about the mean of all: the digits that squares of near numbers would lose. */
function totalsOf(values: Float64Array): Totals {
  let sum = 0;
  for (const value of values) sum += value;
  const centre = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - centre) ** 2;
  return { centre, squares };
}

function welch(
  values: Float64Array,
  inside: Int32Array,
  { centre, squares }: Totals,
): { difference: number; deviation: number } {
  const n = inside.length;
  const m = values.length - n;
  let [sum, square] = [0, 0];
  for (let k = 0; k < n; k++) {
    const value = (values[inside[k] ?? 0] ?? NaN) - centre;
    sum += value;
    square += value * value;
  }
  const varianceInside = Math.max(0, square - (sum * sum) / n) / (n - 1);
  const varianceOutside = Math.max(0, squares - square - (sum * sum) / m) / (m - 1);
  return {
    difference: sum / n + sum / m,
    deviation: Math.sqrt(varianceInside / n + varianceOutside / m),
  };
}

function membersOf(split: readonly boolean[], length: number): Int32Array {
  if (split.length !== length)
    throw new RangeError(`a split of ${length} numbers needs as many entries, not ${split.length}`);
  const inside = Int32Array.from(split.flatMap((is, i) => (is ? [i] : [])));
  if (inside.length < 2 || length - inside.length < 2)
    throw new RangeError(
      `a split with ${inside.length} of ${length} numbers inside has no spread on a side; two are needed on both`,
    );
  return inside;
}
