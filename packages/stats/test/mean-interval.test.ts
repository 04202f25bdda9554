import { describe, expect, it } from 'vitest';
import { meanInterval, standardError } from '../mean-interval.ts';

describe("Student's interval of a mean", () => {
  // scipy.stats.t.interval(0.95, 2, loc=0.11, scale=scipy.stats.sem([0.1, 0.11, 0.12])), SciPy 1.15
  it('is that of SciPy for three numbers', () => {
    const { estimate, low, high } = meanInterval([0.1, 0.11, 0.12]);
    expect(estimate).toBeCloseTo(0.11, 12);
    expect(low).toBeCloseTo(0.11 - 4.302652729696142 * 0.005773502691896, 7);
    expect(high).toBeCloseTo(0.11 + 4.302652729696142 * 0.005773502691896, 7);
  });

  it('is wider for more confidence, and has no width where all numbers are equal', () => {
    expect(meanInterval([1, 2, 4], 0.99).high).toBeGreaterThan(meanInterval([1, 2, 4]).high);
    expect(meanInterval([3, 3, 3])).toEqual({ estimate: 3, low: 3, high: 3 });
  });

  it('says that one number says nothing of others, and refuses none', () => {
    expect(meanInterval([0.5])).toEqual({ estimate: 0.5, low: -Infinity, high: Infinity });
    expect(() => meanInterval([])).toThrow(/no numbers/);
    expect(standardError([1, 2, 3, 4])).toBeCloseTo(Math.sqrt(5 / 3 / 4), 12);
  });
});
