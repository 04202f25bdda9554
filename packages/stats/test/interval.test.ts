import { describe, expect, it } from 'vitest';

import { meanDifference, probabilityBelow } from '@netspace/stats/interval';
import { mean } from '@netspace/stats/quantile';
import { random, type Random } from '@netspace/stats/random';
import { bcaBounds } from '../bca.ts';

const a = [0.12, 0.15, 0.18, 0.21, 0.22, 0.25, 0.31, 0.4];
const b = [0.11, 0.13, 0.16, 0.17, 0.19, 0.2, 0.205, 0.23, 0.24, 0.26];

describe('the difference of means', () => {
  it("has the interval of SciPy's BCa bootstrap", () => {
    // scipy.stats.bootstrap of SciPy 1.17.1, method BCa, 200,000 resamples: -0.01625 to 0.1155 (percentiles: -0.0208 to 0.1083).
    const { estimate, low, high } = meanDifference(a, b, { random: random(1), resamples: 50_000 });
    expect(estimate).toBeCloseTo(0.0405, 12);
    // The Monte Carlo error of an interval's end is about 0.0005 here.
    expect(Math.abs(low + 0.01625)).toBeLessThan(0.0015);
    expect(Math.abs(high - 0.1155)).toBeLessThan(0.0015);
  });

  it('has the same interval for the same stream, another for another', () => {
    const once = meanDifference(a, b, { random: random(3) });
    expect(meanDifference(a, b, { random: random(3) })).toEqual(once);
    expect(meanDifference(a, b, { random: random(4) })).not.toEqual(once);
  });

  it('turns its sign when the lists change places', () => {
    const there = meanDifference(a, b, { random: random(5), resamples: 20_000 });
    const back = meanDifference(b, a, { random: random(6), resamples: 20_000 });
    expect(back.estimate).toBe(-there.estimate);
    expect(Math.abs(back.low + there.high)).toBeLessThan(0.004);
  });

  it('has no width where nothing varies, and needs numbers', () => {
    expect(meanDifference([1, 1], [3], { random: random(1) })).toEqual({ estimate: -2, low: -2, high: -2 });
    expect(() => meanDifference([], b, { random: random(1) })).toThrow(/not of 0 and 10/);
  });

  it('has the bootstrap’s interval without a resample where lists are long, however skew they are', () => {
    const stream = random('skew');
    const draw = (n: number): number[] => Array.from({ length: n }, () => Math.exp(1.5 * stream.normal()));
    const [long, longer] = [draw(600), draw(1500)];
    const closed = meanDifference(long, longer, { random: stream });
    const resampled = (list: readonly number[]): number =>
      mean(list.map(() => list[stream.below(list.length)] ?? NaN));
    const replicates = Float64Array.from({ length: 6000 }, () => resampled(long) - resampled(longer));
    const moves = (list: readonly number[], sign: number, centre = mean(list)): number[] =>
      list.map((value) => (sign * (value - centre)) / list.length);
    const influences = [...moves(long, 1), ...moves(longer, -1)];
    const { estimate } = closed;
    const drawn = bcaBounds({ estimate, replicates, influences, confidence: 0.95 });
    const deviation = Math.sqrt(influences.reduce((sum, influence) => sum + influence ** 2, 0));
    // An end that 6000 resamples find has itself a standard error of 0.035 deviations, and more on the long side.
    expect(Math.abs(closed.low - drawn.low) / deviation).toBeLessThan(0.15);
    expect(Math.abs(closed.high - drawn.high) / deviation).toBeLessThan(0.15);
    const lean = (closed.high - estimate - (estimate - closed.low)) / deviation;
    expect(lean).toBeGreaterThan(0.3);
  });

  it('covers the truth about 95 times in 100', () => {
    const stream = random('coverage');
    const draw = (n: number, shift: number): number[] =>
      Array.from({ length: n }, () => shift + Math.exp(0.5 * stream.normal()));
    const covers = (sweep: number): boolean => {
      const { low, high } = meanDifference(draw(40, 0.3), draw(30, 0), {
        random: random(sweep),
        resamples: 400,
      });
      return low <= 0.3 && 0.3 <= high;
    };
    const share = Array.from({ length: 500 }, (_, sweep) => covers(sweep)).filter(Boolean).length / 500;
    expect(share).toBeGreaterThan(0.91); // lists this short and skew cover 93 to 95 %, and 500 sweeps leave an error of 1 %
    expect(share).toBeLessThan(0.98);
  });
});

describe('the probability of superiority', () => {
  it('counts pairs, ties half', () => {
    expect(probabilityBelow([1, 2], [2, 3]).estimate).toBe(0.875);
    expect(probabilityBelow(a, b).estimate).toBeCloseTo(30 / 80, 12); // Mann and Whitney's U of b is 50 of 80 (SciPy)
  });

  it('keeps an interval of some width where the lists do not overlap', () => {
    const { estimate, low, high } = probabilityBelow([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]);
    expect([estimate, high]).toEqual([1, 1]);
    expect(low).toBeGreaterThan(0.4);
    expect(low).toBeLessThan(0.9);
  });

  it('has the bootstrap’s interval without a resample where lists are long, however skew they are', () => {
    const stream = random('skew');
    const draw = (n: number): number[] => Array.from({ length: n }, () => Math.exp(1.5 * stream.normal()));
    const [long, longer] = [draw(600), draw(1500)];
    const closed = meanDifference(long, longer, { random: stream });
    const resampled = (list: readonly number[]): number =>
      mean(list.map(() => list[stream.below(list.length)] ?? NaN));
    const replicates = Float64Array.from({ length: 6000 }, () => resampled(long) - resampled(longer));
    const moves = (list: readonly number[], sign: number, centre = mean(list)): number[] =>
      list.map((value) => (sign * (value - centre)) / list.length);
    const influences = [...moves(long, 1), ...moves(longer, -1)];
    const { estimate } = closed;
    const drawn = bcaBounds({ estimate, replicates, influences, confidence: 0.95 });
    const deviation = Math.sqrt(influences.reduce((sum, influence) => sum + influence ** 2, 0));
    // An end that 6000 resamples find has itself a standard error of 0.035 deviations, and more on the long side.
    expect(Math.abs(closed.low - drawn.low) / deviation).toBeLessThan(0.15);
    expect(Math.abs(closed.high - drawn.high) / deviation).toBeLessThan(0.15);
    const lean = (closed.high - estimate - (estimate - closed.low)) / deviation;
    expect(lean).toBeGreaterThan(0.3);
  });

  it('covers the truth about 95 times in 100', () => {
    const stream: Random = random('superiority');
    const truth = 0.7602499; // Phi(1 / sqrt(2)): normal lists one standard deviation apart
    const draw = (shift: number): number[] => Array.from({ length: 20 }, () => stream.normal() + shift);
    const covers = (): boolean => {
      const { low, high } = probabilityBelow(draw(0), draw(1));
      return low <= truth && truth <= high;
    };
    const share = Array.from({ length: 1000 }, covers).filter(Boolean).length / 1000;
    expect(share).toBeGreaterThan(0.93);
    expect(share).toBeLessThan(0.98);
  });
});
