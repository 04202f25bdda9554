import { describe, expect, it } from 'vitest';
import { bestDifference, bestOf, defaultDraws } from '@netspace/stats/best';
import { random, type Random } from '@netspace/stats/random';

/** All subsets of the size, by taking or leaving the first. */
function subsets(list: readonly number[], size: number): number[][] {
  if (size === 0) return [[]];
  const [first, ...rest] = list;
  if (first === undefined) return [];
  return [...subsets(rest, size - 1).map((subset) => [first, ...subset]), ...subsets(rest, size)];
}

function meanLeast(list: readonly number[], draws: number): number {
  const all = subsets(list, draws);
  return all.reduce((sum, subset) => sum + Math.min(...subset), 0) / all.length;
}

const list = [0.31, 0.12, 0.25, 0.12, 0.4, 0.19, 0.22];

describe('the expected best of m draws', () => {
  it.each([1, 2, 3, 6, 7])('is the mean of the least over all subsets of %d', (draws) => {
    expect(bestOf(list, draws).estimate).toBeCloseTo(meanLeast(list, draws), 12);
  });

  it('has the variance of the jackknife', () => {
    const estimates = list.map((_, left) =>
      meanLeast(
        list.filter((_other, i) => i !== left),
        3,
      ),
    );
    const centre = estimates.reduce((sum, value) => sum + value) / estimates.length;
    const squares = estimates.map((value) => ((value - centre) ** 2 * 6) / 7);
    const variance = squares.reduce((sum, value) => sum + value);
    // Satterthwaite: 2 V^2 over the variance of V, a sum of seven squares.
    const fourth = squares.reduce((sum, value) => sum + value ** 2, 0) - variance ** 2 / 7;
    const freedom = Math.max(2, (2 * variance ** 2) / fourth);
    expect(freedom).toBeGreaterThan(4);
    expect(freedom).toBeLessThan(30);
    const { estimate, low, high } = bestOf(list, 3);
    expect(estimate - low).toBeCloseTo(high - estimate, 12);
    const reach = (high - estimate) / Math.sqrt(variance);
    // Two sides of 5 % of t: 2.776 with 4, 2.042 with 30 degrees of freedom; the expansion of Fisher and Cornish between.
    const z = 1.959964;
    const expansion =
      z +
      (z ** 3 + z) / (4 * freedom) +
      (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) +
      (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3);
    expect(Math.abs(reach - expansion)).toBeLessThan(0.02);
  });

  it('does not move with the size of the list, as the least number itself does', () => {
    const stream = random('no bias');
    const meanOf = (n: number, figure: (numbers: number[]) => number): number => {
      const all = Array.from({ length: 1000 }, () => figure(Array.from({ length: n }, () => stream.next())));
      return all.reduce((sum, value) => sum + value) / all.length;
    };
    const best = (numbers: number[]): number => bestOf(numbers, 4).estimate;
    // The least of 4 uniform numbers is 1/5 in the mean, whatever n.
    expect(Math.abs(meanOf(8, best) - 0.2)).toBeLessThan(0.01); // the mean of 1,000 errs by 0.004
    expect(Math.abs(meanOf(40, best) - 0.2)).toBeLessThan(0.01);
    expect(Math.abs(meanOf(8, (numbers) => Math.min(...numbers)) - 1 / 9)).toBeLessThan(0.01);
  });

  it('has no width where nothing varies, and needs as many numbers as draws', () => {
    expect(bestDifference([1, 1, 1], [3, 3], 2)).toEqual({ estimate: -2, low: -2, high: -2 });
    expect(() => bestOf([1, 2], 3)).toThrow(/best of 3 draws cannot be told from 2 numbers/);
    expect(defaultDraws(9, 30)).toBe(4);
    expect(defaultDraws(1, 30)).toBe(1);
  });
});

const kinds: readonly (readonly [string, (stream: Random) => number])[] = [
  ['log-normal', (stream) => Math.exp(0.5 * stream.normal())],
  ['normal', (stream) => stream.normal()],
  ['uniform', (stream) => stream.next()],
  ['one in ten failed', (stream) => (stream.next() < 0.1 ? 1 : 0.3 + 0.1 * stream.normal())],
];

describe('the difference of the best', () => {
  it('turns its sign when the lists change places', () => {
    const other = [0.2, 0.1, 0.15, 0.3, 0.17];
    const [there, back] = [bestDifference(list, other, 2), bestDifference(other, list, 2)];
    expect(back.estimate).toBeCloseTo(-there.estimate, 12);
    expect(back.low).toBeCloseTo(-there.high, 12);
  });

  it.each(kinds)('covers the truth 93 to 97 times in 100 at half of the shorter list: %s', (kind, draw) => {
    const stream = random(`best ${kind}`);
    const drawn = (n: number): number[] => Array.from({ length: n }, () => draw(stream));
    const covers = (): boolean => {
      const { low, high } = bestDifference(drawn(40), drawn(60), 20);
      return low <= 0 && 0 <= high;
    };
    const share = Array.from({ length: 1000 }, covers).filter(Boolean).length / 1000;
    expect(share).toBeGreaterThanOrEqual(0.93);
    expect(share).toBeLessThanOrEqual(0.975); // two standard deviations of 1,000 trials are 1.4 %
  });

  it('cannot be had of minima by the plain bootstrap, which covers far less', () => {
    const stream = random('plain');
    const covers = (): boolean => {
      const least = (numbers: readonly number[]): number => Math.min(...numbers);
      const [a, b] = [1, 2].map(() => Array.from({ length: 40 }, () => stream.next()));
      const again = (numbers: readonly number[] = []): number =>
        least(numbers.map(() => numbers[stream.below(numbers.length)] ?? NaN));
      const gaps = Array.from({ length: 200 }, () => again(a) - again(b)).toSorted((x, y) => x - y);
      return (gaps[5] ?? NaN) <= 0 && 0 <= (gaps[194] ?? NaN);
    };
    const share = Array.from({ length: 400 }, covers).filter(Boolean).length / 400;
    expect(share).toBeLessThan(0.92);
  });
});
