import { describe, expect, it } from 'vitest';
import { random } from '../random.ts';
import { jeffreysInterval, shareAtLeast, shareInterval } from '../share.ts';

describe('the interval of a share', () => {
  // Wilson's formula, evaluated apart in Python.
  it.each([
    [5, 20, 0.111_861_701, 0.468_700_878],
    [0, 1000, 0, 0.003_826_758],
    [997, 1000, 0.991_216_986, 0.998_979_216],
    [20, 20, 0.838_874_842, 1],
    [0, 0, 0, 1],
  ])('of %d of %d is %d to %d', (hits, trials, low, high) => {
    const interval = shareInterval(hits, trials, 0.95);
    expect(interval.low).toBeCloseTo(low, 8);
    expect(interval.high).toBeCloseTo(high, 8);
  });

  it('holds the true share about as often as it says, for rare and for common ones', () => {
    const stream = random('coverage');
    for (const share of [0.02, 0.3, 0.9]) {
      let held = 0;
      for (let run = 0; run < 1000; run++) {
        let hits = 0;
        for (let i = 0; i < 200; i++) if (stream.next() < share) hits++;
        const { low, high } = shareInterval(hits, 200, 0.95);
        if (low <= share && share <= high) held++;
      }
      // 950 of 1,000 with a standard deviation of 7; the discreteness of few hits adds some.
      expect(held).toBeGreaterThan(920);
      expect(held).toBeLessThan(985);
    }
  });
});

describe('an exact binomial tail', () => {
  it.each([
    [12, 200, 0.04, 0.10749068993535625],
    [1, 50, 0.07, 0.9734449313986272],
    [40, 40, 0.9, 0.014780882941434597],
    [0, 7, 0.2, 1],
    [8, 7, 0.2, 0],
  ])('of %i hits of %i at %d is what SciPy 1.17.1 says', (hits, trials, share, expected) => {
    expect(shareAtLeast(hits, trials, share)).toBeCloseTo(expected, 12);
  });
});

describe("Jeffreys' interval", () => {
  // scipy.stats.beta.ppf of SciPy 1.17.1 at 0.025 and 0.975 with hits + 1/2 and misses + 1/2.
  it.each([
    [0, 30, 0, 0.07967817381725999],
    [1, 41, 0.0026443789658557398, 0.108379479700428],
    [3, 30, 0.028980619032726484, 0.2434026089849271],
    [15, 30, 0.32802135564784235, 0.6719786443521576],
    [30, 30, 0.9203218261827399, 1],
    [50, 5000, 0.007517356533917143, 0.013049227763609901],
    [0, 10_000, 0, 0.0002511564843832975],
  ])('of %d of %d hits is that of SciPy', (hits, trials, low, high) => {
    const interval = jeffreysInterval(hits, trials, 0.95);
    expect(Math.abs(interval.low - low)).toBeLessThan(1e-6);
    expect(Math.abs(interval.high - high)).toBeLessThan(1e-6);
  });

  it('is all there is without trials', () => {
    expect(jeffreysInterval(0, 0, 0.95)).toEqual({ low: 0, high: 1 });
  });
});
