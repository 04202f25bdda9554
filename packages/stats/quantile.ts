/** Means, medians and quantiles of a list, plain and weighted. */

/** Slack for sums of probabilities that reach a level exactly but for rounding. */
const rounding = 1e-12;

/** Arithmetic mean; NaN for an empty list. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The middle value, or the mean of the two middle ones, as NumPy's; NaN for an empty list. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * The value below which a share of the list lies, interpolated linearly between order statistics at
 * h = (n - 1) * share: type 7 of Hyndman and Fan (1996), the default of NumPy and R. NaN for an empty list.
 */
export function quantile(values: readonly number[], share: number): number {
  if (!(share >= 0 && share <= 1))
    throw new RangeError(`quantile at ${share}: the share must be from 0 to 1`);
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? NaN;
  const above = sorted[Math.ceil(position)] ?? NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/** The least and the greatest number of a list of any length; Infinity and -Infinity for an empty one. */
export function extentOf(values: readonly number[]): [least: number, greatest: number] {
  let [least, greatest] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return [least, greatest];
}

/** The smallest value whose cumulative probability reaches `share`; the probabilities sum to 1. NaN for an empty list. */
export function weightedQuantile(
  values: readonly number[],
  probabilities: readonly number[],
  share: number,
): number {
  return weightedQuantiles(values, probabilities, [share])[0] ?? NaN;
}

/** The same for several shares, in their order, which rises. */
export function weightedQuantiles(
  values: readonly number[],
  probabilities: readonly number[],
  shares: readonly number[],
): number[] {
  if (values.length !== probabilities.length)
    throw new RangeError(`${values.length} values need as many probabilities, not ${probabilities.length}`);
  const order = values.map((_, i) => i).toSorted((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  let [next, reached] = [0, 0];
  return shares.map((share) => {
    while (next < order.length - 1 && reached + (probabilities[order[next] ?? 0] ?? 0) < share - rounding)
      reached += probabilities[order[next++] ?? 0] ?? 0;
    return values[order[next] ?? 0] ?? NaN;
  });
}
