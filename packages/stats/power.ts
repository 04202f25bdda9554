/** How many more networks would settle a difference of means. */
import { normalQuantile } from './normal.ts';
import { mean } from './quantile.ts';

export interface PowerOptions {
  /** Of the interval that shall not hold 0; default 0.95. */
  readonly confidence?: number;
  /** Probability that it does not, where the difference is as large as it looks; default 0.8. */
  readonly power?: number;
}

/** More than this is no plan; null stands for it. */
const mostNetworks = 1_000_000;

/**
 * The least k by which both lists must grow for |difference| >= (z(confidence) + z(power)) sqrt(s_a²/(n_a + k) + s_b²/(n_b + k)):
 * the normal approximation, where difference and spreads are what the lists show now. 0 where they suffice, null where no million would.
 */
export function moreToSettle(
  a: readonly number[],
  b: readonly number[],
  { confidence = 0.95, power = 0.8 }: PowerOptions = {},
): number | null {
  if (a.length < 2 || b.length < 2)
    throw new RangeError(
      `the power of a comparison needs lists of at least 2 numbers, not of ${a.length} and ${b.length}`,
    );
  const wanted = Math.abs(mean(a) - mean(b));
  const reach = normalQuantile((1 + confidence) / 2) + normalQuantile(power);
  const [spreadA, spreadB] = [variance(a), variance(b)];
  const settles = (more: number): boolean =>
    wanted > 0 && wanted >= reach * Math.sqrt(spreadA / (a.length + more) + spreadB / (b.length + more));
  if (settles(0)) return 0;
  if (!settles(mostNetworks)) return null;
  let [short, enough] = [0, mostNetworks];
  while (enough - short > 1) {
    const middle = (short + enough) >>> 1;
    if (settles(middle)) enough = middle;
    else short = middle;
  }
  return enough;
}

/** Of the distribution: over n - 1. */
function variance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

/** What a study is planned with. */
export interface Design extends PowerOptions {
  /** Standard deviation of errors within a space. */
  readonly spread: number;
  /** The true difference of means that shall be found; for equivalence the margin, the true difference being 0. */
  readonly effect: number;
}

/** Networks of each of two spaces, for a two-sided test of their means: n >= 2 (z(confidence) + z(power))² (spread / effect)². */
export function networksToDiffer({ spread, effect, confidence = 0.95, power = 0.8 }: Design): number {
  const reach = normalQuantile((1 + confidence) / 2) + normalQuantile(power);
  return Math.ceil(2 * (reach * (spread / effect)) ** 2);
}

/** The same for two one-sided tests within a margin, of which both must succeed: each fails with half of what the power leaves. */
export function networksToEqual({ spread, effect, confidence = 0.95, power = 0.8 }: Design): number {
  const reach = normalQuantile(confidence) + normalQuantile((1 + power) / 2);
  return Math.ceil(2 * (reach * (spread / effect)) ** 2);
}
