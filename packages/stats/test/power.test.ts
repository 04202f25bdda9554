import { describe, expect, it } from 'vitest';
import { meanDifference } from '@netspace/stats/interval';
import { normalQuantile } from '@netspace/stats/normal';
import { moreToSettle } from '@netspace/stats/power';
import { random } from '@netspace/stats/random';

/** A list whose mean and deviation are exactly these. */
function exactly(n: number, centre: number, deviation: number): number[] {
  const shape = Array.from({ length: n }, (_, i) => normalQuantile((i + 0.5) / n));
  const scale = Math.sqrt(shape.reduce((sum, x) => sum + x ** 2, 0) / (n - 1));
  return shape.map((x) => centre + (deviation * x) / scale);
}

describe('how many more networks settle a difference', () => {
  it('is the least number that the formula holds for', () => {
    // (1.959964 + 0.841621)^2 (0.03^2 + 0.05^2) / 0.01^2 = 266.86 networks each; 30 are there.
    expect(moreToSettle(exactly(30, 0.3, 0.03), exactly(30, 0.31, 0.05))).toBe(237);
    expect(moreToSettle(exactly(30, 0.3, 0.03), exactly(30, 0.31, 0.05), { power: 0.5 })).toBe(101); // 130.61
    expect(moreToSettle(exactly(30, 0.3, 0.01), exactly(30, 0.31, 0.01))).toBe(0);
  });

  it('is none at all where the means are equal', () => {
    expect(moreToSettle([1, 2], [2, 1])).toBeNull();
    expect(() => moreToSettle([1], [2, 1])).toThrow(/at least 2 numbers, not of 1 and 2/);
  });

  it('finds the difference 80 times in 100 when it is as large as it looked', () => {
    const more = moreToSettle(exactly(20, 0.3, 0.03), exactly(35, 0.315, 0.05)) ?? NaN;
    const stream = random('power');
    const drawn = (n: number, centre: number, deviation: number): number[] =>
      Array.from({ length: n }, () => centre + deviation * stream.normal());
    const finds = (trial: number): boolean => {
      const [a, b] = [drawn(20 + more, 0.3, 0.03), drawn(35 + more, 0.315, 0.05)];
      const { low, high } = meanDifference(a, b, { random: random(trial), resamples: 150 });
      return high < 0 || low > 0;
    };
    const share = Array.from({ length: 1000 }, (_, trial) => finds(trial)).filter(Boolean).length / 1000;
    expect(Math.abs(share - 0.8)).toBeLessThan(0.03); // two standard deviations of 1,000 trials are 2.5 %
  });
});
