import { array, assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dkwHalfHeight, edf, shareBelow } from '@netspace/stats/edf';
import { normalQuantile } from '@netspace/stats/normal';
import { random } from '@netspace/stats/random';

describe('the empirical distribution function', () => {
  it('rises by 1/n at each error and ends at 1', () => {
    expect(edf([0.3, 0.1, 0.2, 0.2])).toEqual([
      [0.1, 0.25],
      [0.2, 0.5],
      [0.2, 0.75],
      [0.3, 1],
    ]);
    expect(edf([])).toEqual([]);
  });

  it('is equation 1 plus the step at the error itself', () => {
    const errors = array(integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 40 });
    assert(
      property(errors, (list) => {
        for (const error of new Set(list)) {
          const [, share] = edf(list).findLast(([at]) => at === error) ?? [0, NaN];
          const step = list.filter((other) => other === error).length / list.length;
          expect(share).toBeCloseTo(shareBelow(list, error) + step, 12);
        }
      }),
    );
  });
});

describe('the band around it', () => {
  it('is .136 high on each side for a hundred errors, and never higher than 1', () => {
    // sqrt(ln(40) / 200)
    expect(dkwHalfHeight(100)).toBeCloseTo(0.1358101516, 9);
    expect(dkwHalfHeight(1, 0.99)).toBe(1);
    expect(() => dkwHalfHeight(0)).toThrow(/at least one error/);
    expect(() => dkwHalfHeight(10, 95)).toThrow(/0.95 is usual/);
  });

  it('holds the whole true distribution at least 95 times in 100', () => {
    const stream = random('dkw');
    const half = dkwHalfHeight(30);
    let held = 0;
    for (let sweep = 0; sweep < 1000; sweep++) {
      const points = edf(Array.from({ length: 30 }, () => stream.next()));
      held += points.every(
        ([x, share]) => Math.abs(share - x) <= half && Math.abs(share - 1 / 30 - x) <= half,
      )
        ? 1
        : 0;
    }
    expect(held).toBeGreaterThanOrEqual(938); // 950 less two standard deviations of a binomial
  });
});

describe('the normal distribution', () => {
  // scipy.stats.norm.ppf of SciPy 1.17.1
  it.each([
    [1e-10, -6.361340902404056],
    [0.001, -3.090232306167813],
    [0.025, -1.9599639845400545],
    [0.3, -0.5244005127080409],
    [0.9, 1.2815515655446004],
    [0.9999, 3.719016485455709],
  ])('has a share of %d below %d', (share, value) => {
    expect(normalQuantile(share)).toBeCloseTo(value, 9);
  });
});
