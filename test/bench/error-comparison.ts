/** Two samples of errors of each of several networks, compared by their means. */

export interface Comparison {
  readonly ours: number;
  readonly theirs: number;
  readonly difference: number;
  /** Of the difference. */
  readonly standardError: number;
}

interface Pair {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

/** A network each, its standard error √(s²/n + s'²/n'); and the mean over the networks, whose standard error is √(Σ SE²) / networks. */
export function compareErrors(pairs: readonly Pair[]): { each: Comparison[]; overall: Comparison } {
  const each = pairs.map(compare);
  const overall = {
    ours: mean(each.map(({ ours }) => ours)),
    theirs: mean(each.map(({ theirs }) => theirs)),
    difference: mean(each.map(({ difference }) => difference)),
    standardError: Math.hypot(...each.map(({ standardError }) => standardError)) / each.length,
  };
  return { each, overall };
}

function compare(pair: Pair): Comparison {
  const [ours, theirs] = [mean(pair.ours), mean(pair.theirs)];
  const standardError = Math.sqrt(varianceOfMean(pair.ours) + varianceOfMean(pair.theirs));
  return { ours, theirs, difference: ours - theirs, standardError };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function varianceOfMean(values: readonly number[]): number {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return squares / (values.length - 1) / values.length;
}
