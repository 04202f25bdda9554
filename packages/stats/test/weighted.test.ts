import { describe, expect, it } from 'vitest';
import { edf } from '@netspace/stats/edf';
import { random } from '@netspace/stats/random';
import { subsampleDistance } from '@netspace/stats/subsample';
import { edfArea, effectiveSize, stratifiedDifference, weightedEdf } from '@netspace/stats/weighted';

const stream = random('weighted');
const errors = Array.from({ length: 60 }, () => Math.round(1000 * (0.1 + 0.2 * stream.next())) / 1000);

describe('an EDF of weighted errors', () => {
  it('is the plain one where all weigh the same', () => {
    const plain = edf(errors);
    weightedEdf(
      errors,
      errors.map(() => 1 / 60),
    ).forEach(([error, share], i) => {
      expect(error).toBe(plain[i]?.[0]);
      expect(share).toBeCloseTo(plain[i]?.[1] ?? NaN, 12);
    });
    expect(effectiveSize(errors.map(() => 1 / 60))).toBeCloseTo(60, 9);
  });

  it('leaves out errors without weight and ends at 1', () => {
    expect(weightedEdf([0.3, 0.1, 0.2], [0.25, 0.75, 0])).toEqual([
      [0.1, 0.75],
      [0.3, 1],
    ]);
  });

  it('has the area below it that a sum of thin strips has', () => {
    const weights = errors.map((_, i) => (i + 1) / ((60 * 61) / 2));
    const limit = 0.22;
    const strips = Array.from({ length: 5000 }, (_, strip) => (strip + 0.5) / 5000);
    const height = (at: number): number =>
      errors.reduce((sum, error, i) => sum + (error < at ? (weights[i] ?? 0) : 0), 0);
    const area = strips.reduce((sum, strip) => sum + height(strip * limit), 0) / strips.length;
    expect(edfArea(errors, limit, weights)).toBeCloseTo(area, 3);
    expect(edfArea([0, 0], 0.5)).toBe(1);
    expect(edfArea([0.9], 0.5)).toBe(0);
  });
});

describe('a difference over bins', () => {
  it('holds the truth in about 95 of 100 cases, with skewed errors, uneven bins and bins of one', () => {
    const sizesA = [1, 4, 12, 7, 1];
    const sizesB = [9, 3, 1, 6, 2];
    const draw = (sizes: readonly number[], shift: number): number[][] =>
      sizes.map((n, bin) =>
        Array.from({ length: n }, () => 0.2 - 0.02 * bin + shift + 0.01 * Math.exp(0.6 * stream.normal())),
      );
    let held = 0;
    for (let i = 0; i < 1000; i++) {
      const { low, high } = stratifiedDifference(draw(sizesA, 0.01), draw(sizesB, 0));
      if (low <= 0.01 && high >= 0.01) held++;
    }
    expect(held).toBeGreaterThan(925);
    expect(held).toBeLessThan(980);
  });

  it('is Welch’s where there is one bin', () => {
    // scipy.stats.ttest_ind(a, b, equal_var=False).confidence_interval() of SciPy 1.17.1
    const { estimate, low, high } = stratifiedDifference([[0.1, 0.2, 0.4]], [[0.3, 0.35, 0.5, 0.9]]);
    expect(estimate).toBeCloseTo(-0.2791667, 6);
    expect(low).toBeCloseTo(-0.7014862, 6);
    expect(high).toBeCloseTo(0.1431529, 6);
  });

  it('says nothing of the spread where each bin has one error', () => {
    expect(stratifiedDifference([[0.1], [0.2]], [[0.3], [0.3]])).toMatchObject({
      low: -Infinity,
      high: Infinity,
    });
  });
});

describe('parts of a population', () => {
  it('lie as far from the whole as parts that are really drawn', () => {
    for (const size of [5, 20, 45]) {
      const distances = Array.from({ length: 4000 }, () => drawnDistance(size)).toSorted((a, b) => a - b);
      const expected = subsampleDistance(errors, size);
      const mean = distances.reduce((sum, distance) => sum + distance, 0) / 4000;
      expect(Math.abs(expected.mean - mean)).toBeLessThan(0.003);
      expect(Math.abs(expected.low - (distances[100] ?? NaN))).toBeLessThan(0.012);
      expect(Math.abs(expected.high - (distances[3900] ?? NaN))).toBeLessThan(0.02);
    }
    expect(subsampleDistance(errors, 60)).toMatchObject({ mean: 0, low: 0, high: 0 });
  });
});

/** By the definition: the greatest distance of two shares, at every error. */
function drawnDistance(size: number): number {
  const pool = [...errors];
  for (let i = 0; i < size; i++) {
    const j = i + stream.below(pool.length - i);
    [pool[i], pool[j]] = [pool[j] ?? NaN, pool[i] ?? NaN];
  }
  const part = pool.slice(0, size);
  const share = (list: readonly number[], at: number): number =>
    list.filter((error) => error <= at).length / list.length;
  return Math.max(...[...new Set(errors)].map((at) => Math.abs(share(part, at) - share(errors, at))));
}
