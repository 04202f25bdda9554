import { spearman } from '@netspace/stats/rank-correlation';
import { networksToDiffer, networksToEqual } from '@netspace/stats/power';
import { random } from '@netspace/stats/random';
import { studentShareBelow } from '../student.ts';
import { contrastOf, shareBelowContrast } from '@netspace/stats/weighted';
import { describe, expect, it } from 'vitest';

describe('a share of Student’s t', () => {
  it.each([
    [-2.5, 7.3, 0.019825117332800214],
    [1.2, 3, 0.8418689426509474],
    [-6, 60, 6.143423053782547e-8],
    [0, 5, 0.5],
    [-4, 1.5, 0.044916263477164126],
  ])('below %d with %d degrees of freedom is what SciPy 1.17.1 says', (t, freedom, expected) => {
    expect(Math.abs(studentShareBelow(t, freedom) - expected)).toBeLessThan(freedom < 3 ? 1e-5 : 1e-7);
  });
});

describe('a contrast of two lists', () => {
  const a = [0.12, 0.13, 0.118, 0.125, 0.14];
  const b = [0.15, 0.149, 0.17, 0.131];

  it('has the p and the degrees of freedom of Welch’s test in SciPy 1.17.1', () => {
    const contrast = contrastOf([a], [b]);
    expect(contrast.freedom).toBeCloseTo(4.4499725096036045, 9);
    expect(shareBelowContrast(contrast, 0)).toBeCloseTo(0.026069375471565633, 6);
    expect(shareBelowContrast(contrast, -0.01)).toBeCloseTo(0.09959409324807163, 6);
  });

  it('is certain where nothing varies', () => {
    expect(shareBelowContrast(contrastOf([[0.1, 0.1]], [[0.2, 0.2]]), 0)).toBe(0);
    expect(shareBelowContrast(contrastOf([[0.1, 0.1]], [[0.1, 0.1]]), 0)).toBe(0.5);
  });
});

describe('a rank correlation', () => {
  it('is SciPy’s, ties sharing their ranks', () => {
    expect(spearman([3, 1, 4, 1, 5, 9, 2, 6], [2, 7, 1, 8, 2, 8, 1, 8])).toBeCloseTo(0.19885368120992467, 12);
    expect(spearman([1, 1], [1, 2])).toBe(0);
    expect(() => spearman([1], [1, 2])).toThrow(/of one length, not of 1 and 2/);
  });
});

describe('the networks that a study needs', () => {
  /** How often `succeeds` says yes of two lists of n normal numbers whose means differ. */
  function shareOf(n: number, difference: number, succeeds: (a: number[], b: number[]) => boolean): number {
    const stream = random('design');
    const normal = (): number =>
      Math.sqrt(-2 * Math.log(1 - stream.next())) * Math.cos(2 * Math.PI * stream.next());
    const drawn = (centre: number) => Array.from({ length: n }, () => centre + 0.02 * normal());
    const runs = 1000;
    return (
      Array.from({ length: runs }, () => succeeds(drawn(0), drawn(difference))).filter(Boolean).length / runs
    );
  }

  it('find a difference as often as was asked', () => {
    const n = networksToDiffer({ spread: 0.02, effect: 0.008 });
    expect(n).toBe(99); // 2 (1.95996 + 0.84162)² 2.5² = 98.1
    const found = shareOf(n, 0.008, (a, b) => {
      const p = shareBelowContrast(contrastOf([a], [b]), 0);
      return 2 * Math.min(p, 1 - p) < 0.05;
    });
    expect(Math.abs(found - 0.8)).toBeLessThan(0.045);
  });

  it('show equality within a margin as often as was asked', () => {
    const n = networksToEqual({ spread: 0.02, effect: 0.008 });
    expect(n).toBe(108); // 2 (1.64485 + 1.28155)² 2.5² = 107.05
    const shown = shareOf(n, 0, (a, b) => {
      const contrast = contrastOf([a], [b]);
      return shareBelowContrast(contrast, 0.008) < 0.05 && shareBelowContrast(contrast, -0.008) > 0.95;
    });
    expect(Math.abs(shown - 0.8)).toBeLessThan(0.045);
  });
});
