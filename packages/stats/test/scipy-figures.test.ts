import { describe, expect, it } from 'vitest';
import { meanDifference, probabilityBelow } from '@netspace/stats/interval';
import { ksTest } from '@netspace/stats/ks';
import { medianDifference } from '@netspace/stats/median-difference';
import { quantile } from '@netspace/stats/quantile';
import { random } from '@netspace/stats/random';
import { leastSquares, theilSen, type Line } from '@netspace/stats/theil-sen';
import { studentQuantile } from '../student.ts';
import figures from './scipy-figures.json' with { type: 'json' };

const pairs = figures.pairs.map((pair) => ({
  ...pair,
  name: `${pair.a.length} and ${pair.b.length} errors`,
}));

describe('SciPy says the same', () => {
  it.each(pairs)('of the KS test of $name', ({ a, b, ks: [statistic = NaN, p = NaN] }) => {
    // SciPy's exact p takes tied numbers for distinct ones and ours does not, so only lists without a common number are compared.
    const common = a.filter((error) => b.includes(error));
    const test = ksTest(a, b);
    expect(test.statistic).toBeCloseTo(statistic, 12);
    if (common.length === 0) expect(test.p / p).toBeCloseTo(1, 9);
    else expect(Math.abs(test.p / p - 1)).toBeLessThan(0.1);
  });

  it.each(pairs)('of the probability that one is below the other of $name', ({ a, b, superiority }) => {
    expect(probabilityBelow(a, b).estimate).toBeCloseTo(superiority, 12);
  });

  // Both intervals come from random resamples: an end's Monte Carlo error is about a hundredth of the width.
  it.each(pairs)('of the difference of means of $name', ({ a, b, mean: [low = NaN, high = NaN] }) => {
    const interval = meanDifference(a, b, { random: random(1), resamples: 30_000 });
    expect(Math.abs(interval.low - low)).toBeLessThan(0.03 * (high - low));
    expect(Math.abs(interval.high - high)).toBeLessThan(0.03 * (high - low));
  });

  it.each(pairs)('of the difference of medians of $name', ({ a, b, median: [low = NaN, high = NaN] }) => {
    const interval = medianDifference(a, b, { random: random(1), resamples: 30_000 });
    expect(Math.abs(interval.low - low)).toBeLessThan(0.03 * (high - low));
    expect(Math.abs(interval.high - high)).toBeLessThan(0.03 * (high - low));
  });

  const figuresOf = ({ slope, intercept }: Line): number[] => [
    slope.estimate,
    slope.low,
    slope.high,
    intercept,
  ];

  it.each(figures.lines)(
    'of straight lines through points',
    ({ x, y, theilSen: robust, leastSquares: plain }) => {
      figuresOf(theilSen(x, y)).forEach((figure, i) => expect(figure).toBeCloseTo(robust[i] ?? NaN, 9));
      // Student's quantile is good to four digits.
      figuresOf(leastSquares(x, y)).forEach((figure, i) => expect(figure).toBeCloseTo(plain[i] ?? NaN, 4));
    },
  );

  it.each(figures.quantiles)('of quantiles', ({ values, quantiles }) => {
    for (const [share = NaN, value = NaN] of quantiles)
      expect(quantile(values, share)).toBeCloseTo(value, 12);
  });

  it('of the KS test of lists too long for an exact p', () => {
    const { a, b, p } = figures.largeKs;
    const test = ksTest(a, b);
    expect(test.method).toBe('asymptotic');
    // Ours has Stephens' correction for finite lists, SciPy's is the limit.
    expect(Math.abs(test.p / p - 1)).toBeLessThan(0.06);
  });

  it.each(figures.student)(
    'of the %d quantile of t with %d degrees of freedom',
    (share, freedom, expected) => {
      expect(studentQuantile(share ?? NaN, freedom ?? NaN) / (expected ?? NaN)).toBeCloseTo(1, 4); // Simpson's rule is coarse where few degrees meet the last thousandth
    },
  );
});
