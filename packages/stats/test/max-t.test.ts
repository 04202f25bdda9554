import { describe, expect, it } from 'vitest';
import { testSplits } from '@netspace/stats/max-t';
import { random } from '@netspace/stats/random';

/** Forty overlapping splits of eighty numbers. */
const splits = Array.from({ length: 40 }, (_, s) => {
  const stream = random(`split ${s}`);
  return Array.from({ length: 80 }, () => stream.next() < 0.15 + 0.018 * s);
});

describe('many splits of one list', () => {
  it('have Welch’s difference and deviation', () => {
    const values = [0.3, 0.1, 0.35, 0.2, 0.5, 0.4, 0.9];
    const inside = [false, true, false, true, false, true, false];
    const [test] = testSplits(values, [inside], { random: random(1), deals: 50 }).tests;
    // scipy.stats.ttest_ind([0.1, 0.2, 0.4], [0.3, 0.35, 0.5, 0.9], equal_var=False) of SciPy 1.17.1: t = -1.7224846
    expect(test?.estimate).toBeCloseTo(-0.2791667, 6);
    expect((test?.estimate ?? NaN) / (test?.deviation ?? NaN)).toBeCloseTo(-1.7224846, 6);
  });

  it('have the p of all deals where there are few enough to list', () => {
    const values = [0.1, 0.12, 0.15, 0.3, 0.36, 0.41, 0.5, 0.52];
    const inside = values.map((_, i) => i < 4);
    const t = (mask: number): number => {
      const side = (is: boolean): number[] => values.filter((_, i) => ((mask >> i) & 1) === (is ? 1 : 0));
      const mean = (list: number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length;
      const variance = (list: number[]): number =>
        list.reduce((sum, x) => sum + (x - mean(list)) ** 2, 0) / (list.length - 1) / list.length;
      return (
        Math.abs(mean(side(true)) - mean(side(false))) /
        Math.sqrt(variance(side(true)) + variance(side(false)))
      );
    };
    const deals = Array.from({ length: 256 }, (_, mask) => mask).filter(
      (mask) => values.filter((_, i) => ((mask >> i) & 1) === 1).length === 4,
    );
    const exact = deals.filter((mask) => t(mask) >= t(0b1111) * (1 - 1e-9)).length / deals.length;
    const [test] = testSplits(values, [inside], { random: random(2), deals: 20_000 }).tests;
    expect(Math.abs((test?.p ?? NaN) - exact)).toBeLessThan(0.006);
  });

  it('find one by chance in about 5 of 100 lists, skewed and of unlike spread', () => {
    const stream = random('noise');
    let found = 0;
    for (let i = 0; i < 80; i++) {
      const values = Array.from(
        { length: 80 },
        (_, k) => (0.01 + 0.0002 * k) * (Math.exp(0.7 * stream.normal()) - Math.exp(0.245)),
      );
      const { tests } = testSplits(values, splits, { random: stream, deals: 200 });
      if (tests.some(({ low, high }) => low > 0 || high < 0)) found++;
    }
    expect(found).toBeLessThanOrEqual(11);
  }, 60_000);

  it('agree in interval and p, and are refused where a side has no spread', () => {
    const stream = random('agree');
    const values = Array.from(
      { length: 80 },
      (_, i) => (splits[5]?.[i] === true ? -0.9 : 0) + stream.normal(),
    );
    const { tests } = testSplits(values, splits, { random: stream, deals: 999 });
    for (const { low, high, p } of tests) expect(low > 0 || high < 0).toBe(p <= 0.05);
    expect(() => testSplits([1, 2, 3], [[true, false, false]], { random: stream })).toThrow(/two are needed/);
    expect(testSplits([1, 2, 3], [], { random: stream }).tests).toEqual([]);
  });
});
