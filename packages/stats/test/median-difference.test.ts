import { describe, expect, it } from 'vitest';
import { medianDifference } from '@netspace/stats/median-difference';
import { random } from '@netspace/stats/random';

describe('the difference of medians', () => {
  it('is that of the middle numbers, or of the means of two', () => {
    const { estimate } = medianDifference([5, 1, 3], [4, 1, 2, 9], { random: random(1), resamples: 10 });
    expect(estimate).toBe(0);
    expect(medianDifference([7], [3], { random: random(1) })).toEqual({ estimate: 4, low: 4, high: 4 });
    expect(() => medianDifference([], [1], { random: random(1) })).toThrow(/not of 0 and 1/);
  });

  it('covers the truth 93 to 97 times in 100', () => {
    const stream = random('medians');
    const drawn = (n: number, shift: number): number[] =>
      Array.from({ length: n }, () => shift + Math.exp(0.5 * stream.normal()));
    const covers = (trial: number): boolean => {
      const options = { random: random(trial), resamples: 200 };
      const { low, high } = medianDifference(drawn(40, 0.3), drawn(31, 0), options);
      return low <= 0.3 && 0.3 <= high;
    };
    const share = Array.from({ length: 1000 }, (_, trial) => covers(trial)).filter(Boolean).length / 1000;
    expect(share).toBeGreaterThanOrEqual(0.93);
    expect(share).toBeLessThanOrEqual(0.975); // two standard deviations of 1,000 trials are 1.4 %
  });
});
