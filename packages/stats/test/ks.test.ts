import { array, assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ksTest } from '@netspace/stats/ks';
import { random } from '@netspace/stats/random';

const spread = (n: number, step: number, start: number, modulus: number, shift: number): number[] =>
  Array.from({ length: n }, (_, i) => ((i * step + start) % modulus) / modulus + shift);
const grid = (n: number, start: number): number[] => Array.from({ length: n }, (_, i) => start + i / 100);

/** p by listing every way to deal the numbers out: the definition of the permutation test. */
function byEnumeration(a: readonly number[], b: readonly number[]): number {
  const all = [...a, ...b];
  const distance = (mask: number): number => {
    const inA = all.map((_, i) => ((mask >> i) & 1) === 1);
    const heights = all.map((at) =>
      all.reduce((h, x, i) => (x <= at ? h + (inA[i] === true ? b.length : -a.length) : h), 0),
    );
    return Math.max(...heights.map(Math.abs));
  };
  const ones = (mask: number): number => all.filter((_, i) => ((mask >> i) & 1) === 1).length;
  const deals = Array.from({ length: 2 ** all.length }, (_, mask) => mask).filter(
    (mask) => ones(mask) === a.length,
  );
  const seen = distance(2 ** a.length - 1);
  return deals.filter((mask) => distance(mask) >= seen).length / deals.length;
}

describe('the two-sample KS test', () => {
  // scipy.stats.ks_2samp of SciPy 1.17.1; none of these lists share a number, so ties play no part.
  it.each([
    [
      'eight and ten errors',
      [0.12, 0.15, 0.18, 0.21, 0.22, 0.25, 0.31, 0.4],
      [0.11, 0.13, 0.16, 0.17, 0.19, 0.2, 0.205, 0.23, 0.24, 0.26],
      0.325,
      0.6024041318158965,
    ],
    [
      'sixty and forty-five',
      spread(60, 37, 0, 101, 0),
      spread(45, 53, 11, 97, 0.08),
      0.11666666666666667,
      0.8412982135085666,
    ],
    ['lists wholly apart, where p is tiny', grid(25, 0), grid(30, 0.5), 1, 6.481194254049317e-16],
  ])('has the figures of SciPy: %s', (_why, a, b, statistic, p) => {
    const test = ksTest(a, b);
    expect(test.method).toBe('exact');
    expect(test.statistic).toBeCloseTo(statistic, 12);
    expect(test.p / p).toBeCloseTo(1, 9);
  });

  it('equals the permutation test by enumeration, ties included', () => {
    const list = array(integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 });
    assert(
      property(list, list, (a, b) => {
        expect(ksTest(a, b).p).toBeCloseTo(byEnumeration(a, b), 10);
      }),
      { numRuns: 60 },
    );
  });

  it('approaches the exact p with the asymptotic one for long lists', () => {
    const stream = random('ks');
    const draw = (n: number, shift: number): number[] =>
      Array.from({ length: n }, () => stream.normal() + shift);
    const long = ksTest(draw(2500, 0), draw(2500, 0.06));
    expect(long.method).toBe('asymptotic');
    const root = Math.sqrt(1250);
    const limit = 2 * Math.exp(-2 * (long.statistic * (root + 0.12 + 0.11 / root)) ** 2);
    expect(long.p).toBeLessThanOrEqual(limit);
    expect(long.p).toBeGreaterThan(0.9 * limit);
  });

  it('says 5 times in 100 at most that equal distributions differ at 5 %', () => {
    const stream = random('level');
    const draw = (): number[] => Array.from({ length: 20 }, () => stream.next());
    const found = Array.from({ length: 1000 }, () => ksTest(draw(), draw()).p <= 0.05).filter(Boolean).length;
    expect(found).toBeLessThanOrEqual(64); // 50 plus two standard deviations of a binomial
    expect(found).toBeGreaterThan(15);
  });

  it('refuses an empty list', () => {
    expect(() => ksTest([], [1])).toThrow(/two lists with numbers, not of 0 and 1/);
  });
});
