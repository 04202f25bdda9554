import { describe, expect, it } from 'vitest';
import { analyse } from '@netspace/analysis/analysis';
import type { SpaceErrors } from '@netspace/analysis/comparison';
import { comparePairwise } from '@netspace/analysis/pairwise';
import { random } from '@netspace/stats/random';
import { input, syntheticSweep } from './synthetic.ts';

const stream = random('pairwise');

function space(name: string, n: number, mean: number, failed = 0): SpaceErrors {
  return { name, failed, completed: Array.from({ length: n }, () => mean + 0.01 * stream.normal()) };
}

describe('populations side by side', () => {
  it('that differ beyond chance are told apart in a sentence, and need no more networks', () => {
    const [pair] = comparePairwise([space('d', 40, 0.4, 1), space('e', 40, 0.27)]);
    expect(pair?.better).toBe('e');
    expect(pair?.moreNetworks).toBe(0);
    expect(pair?.sentence).toMatch(
      /^e is better than d: mean error lower by 1\d\.\d points \(95 % interval .*\), KS p < 0\.001, n = 41 and 40\. 1 of 41 networks of d failed or diverged and counts with error 100 %\.$/,
    );
    expect(pair?.ks.corrected).toBe(pair?.ks.p);
    expect(pair?.medianDifference.estimate).toBeCloseTo(0.13, 1);
    expect(pair?.minDifference.draws).toBe(20);
    expect(pair?.minDifference.low).toBeGreaterThan(0);
  });

  it('that do not say how many more networks would settle it', () => {
    const fixed = (name: string, shift: number): SpaceErrors => ({
      name,
      failed: 0,
      completed: [0.2, 0.25, 0.3, 0.35, 0.4, 0.45].map((error) => error + shift),
    });
    const [pair] = comparePairwise([fixed('a', 0), fixed('b', 0.02)]);
    expect(pair?.better).toBeNull();
    // 7.8489 (1.96 + 0.84 squared) x 2 x 0.00875 / 0.0004 = 343.4 each, of which 6 are there.
    expect(pair?.moreNetworks).toBe(338);
    expect(pair?.sentence).toContain('338 more networks of each would settle it');
    const [equal] = comparePairwise([fixed('a', 0), fixed('b', 0)]);
    expect(equal?.moreNetworks).toBeNull();
    const [one] = comparePairwise([space('a', 1, 0.3), space('b', 9, 0.2)]);
    expect([one?.better, one?.moreNetworks]).toEqual([null, null]);
  });

  it('are compared all with all, and p is corrected for all pairs', () => {
    const pairs = comparePairwise([space('a', 20, 0.3), space('b', 20, 0.302), space('c', 20, 0.27)]);
    expect(pairs.map(({ a, b, better }) => [a, b, better])).toEqual([
      ['a', 'b', null],
      ['a', 'c', 'c'],
      ['b', 'c', 'c'],
    ]);
    const smallest = Math.min(...pairs.map(({ ks }) => ks.p));
    expect(Math.min(...pairs.map(({ ks }) => ks.corrected))).toBeCloseTo(3 * smallest, 12);
    expect(pairs[0]?.sentence).toContain('For all 3 pairs together KS p');
  });

  it('are harder to tell apart among many, so that chance finds nothing in more than 5 of 100 comparisons', () => {
    const fixed = (name: string, shift: number): SpaceErrors => ({
      name,
      failed: 0,
      completed: Array.from({ length: 40 }, (_, i) => 0.3 + shift + 0.002 * (i - 19.5)),
    });
    // 2.2 standard errors: beyond the 1.96 of one pair, within the 2.64 of six.
    const shift = 2.2 * 0.002 * Math.sqrt((2 * (40 * 41)) / 12 / 40);
    const [alone] = comparePairwise([fixed('a', 0), fixed('b', shift)]);
    expect(alone?.better).toBe('a');
    const [among] = comparePairwise([fixed('a', 0), fixed('b', shift), fixed('c', 0), fixed('d', 0)]);
    expect(among?.meanDifference).toEqual(alone?.meanDifference);
    expect(among?.better).toBeNull();
    expect(among?.moreNetworks).toBeGreaterThan(0);
  });

  it('have the figures that the analysis of one sweep has', () => {
    const trials = syntheticSweep(12, 3);
    const [analysed] = analyse(trials, { input }).comparisons;
    const errorsOf = (name: string): SpaceErrors => {
      const members = trials.filter((trial) => trial.space === name);
      const completed = members.flatMap(({ status, error }) =>
        status === 'completed' && error !== undefined ? [error] : [],
      );
      return { name, completed, failed: members.length - completed.length };
    };
    const [pair] = comparePairwise([errorsOf('anynet-a'), errorsOf('regnet-x')]);
    expect(pair?.meanDifference).toEqual(analysed?.meanDifference);
    expect(pair?.headline).toBe(analysed?.headline);
  });
});
