import { describe, expect, it } from 'vitest';
import { meanErrorDifference, type Errors } from '@netspace/analysis/mean-error';
import { meanDifference, type Interval } from '@netspace/stats/interval';
import { random, type Random } from '@netspace/stats/random';

/** Skewed errors around 16 %, of which a share fails. */
function drawn(n: number, failing: number, stream: Random): Errors {
  const completed: number[] = [];
  for (let i = 0; i < n; i++)
    if (stream.next() >= failing) completed.push(0.1 + 0.05 * Math.exp(0.4 * stream.normal()));
  return { completed, failed: n - completed.length };
}

const asList = ({ completed, failed }: Errors): number[] => [
  ...completed,
  ...Array.from({ length: failed }, () => 1),
];

function coverage(interval: (a: Errors, b: Errors, stream: Random) => Interval): number {
  const stream = random('failures');
  const sweeps = 400;
  let held = 0;
  for (let i = 0; i < sweeps; i++) {
    const { low, high } = interval(drawn(60, 0.02, stream), drawn(40, 0.02, stream), random(i));
    if (low <= 0 && 0 <= high) held++;
  }
  return held / sweeps;
}

describe('the difference of mean errors', () => {
  it('holds the truth where one network in fifty fails, which the bootstrap alone does not', () => {
    const options = (stream: Random): { random: Random; resamples: number } => ({
      random: stream,
      resamples: 400,
    });
    const share = coverage((a, b, stream) => meanErrorDifference(a, b, options(stream)).all);
    // 400 sweeps leave a standard error of 1.1 %.
    expect(share).toBeGreaterThan(0.925);
    expect(share).toBeLessThan(0.99);
    expect(coverage((a, b, stream) => meanDifference(asList(a), asList(b), options(stream)))).toBeLessThan(
      0.9,
    );
  });

  it('is that of all errors, failures counted 1, and turns its sign when the spaces change places', () => {
    const [a, b] = [
      { completed: [0.1, 0.2, 0.3], failed: 1 },
      { completed: [0.2, 0.2, 0.5, 0.3], failed: 0 },
    ];
    const there = meanErrorDifference(a, b, { random: random(1) }).all;
    expect(there.estimate).toBeCloseTo(0.4 - 0.3, 12);
    const back = meanErrorDifference(b, a, { random: random(2) }).all;
    expect(back.estimate).toBeCloseTo(-0.1, 12);
    expect(Math.abs(back.low + there.high)).toBeLessThan(0.02);
  });

  it('is somewhat longer than the bootstrap says for short lists, and the same for long ones', () => {
    const width = (n: number): number => {
      const stream = random(n);
      const [a, b] = [drawn(n, 0, stream), drawn(n, 0, stream)];
      const [ours, plain] = [
        meanErrorDifference(a, b, { random: random(3), resamples: 20_000 }).completed,
        meanDifference(a.completed, b.completed, { random: random(3), resamples: 20_000 }),
      ];
      return ours === null ? NaN : (ours.high - ours.low) / (plain.high - plain.low);
    };
    // Student's t of 8 degrees of freedom, 2.306, times the root of 5/4, against 1.96, were the lists normal.
    expect(width(5)).toBeGreaterThan(1.15);
    expect(width(5)).toBeLessThan(1.6);
    expect(Math.abs(width(500) - 1)).toBeLessThan(0.02);
  });

  it('needs networks, and knows nothing of the spread of one', () => {
    const alone = { completed: [0.2], failed: 0 };
    expect(meanErrorDifference(alone, alone, { random: random(1) }).all).toEqual({
      estimate: 0,
      low: 0,
      high: 0,
    });
    const failed = { completed: [], failed: 3 };
    const one = meanErrorDifference(failed, alone, { random: random(1) });
    expect(one.completed).toBeNull();
    expect(one.all.estimate).toBeCloseTo(0.8, 12);
    expect(() => meanErrorDifference({ completed: [], failed: 0 }, alone, { random: random(1) })).toThrow(
      RangeError,
    );
  });
});
