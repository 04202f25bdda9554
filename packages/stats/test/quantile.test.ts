import { describe, expect, it } from 'vitest';
import { mean, median, quantile, weightedQuantile } from '@netspace/stats/quantile';

describe('quantiles', () => {
  // numpy.quantile of NumPy with its default, linear.
  const values = [0.12, 0.15, 0.18, 0.21, 0.22, 0.25, 0.31, 0.4];
  it.each([
    [0.1, 0.141],
    [0.37, 0.1977],
    [0.5, 0.215],
    [0.99, 0.3937],
  ])('at %d are those of NumPy', (share, value) => {
    expect(quantile(values.toReversed(), share)).toBeCloseTo(value, 12);
  });

  it('know the middle of an odd and an even list, and nothing of an empty one', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
    expect(mean([1, 2, 6])).toBe(3);
    expect(() => quantile([1], 50)).toThrow(/from 0 to 1/);
  });

  it('with weights are the first value that reaches the share, sums of tenths included', () => {
    const tenths = Array.from({ length: 10 }, () => 0.1);
    const ranks = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1];
    expect(weightedQuantile(ranks, tenths, 0.3)).toBe(3);
    expect(weightedQuantile(ranks, tenths, 1)).toBe(10);
    expect(() => weightedQuantile([1, 2], [1], 0.5)).toThrow(/2 values need as many/);
  });
});
