import { describe, expect, it } from 'vitest';
import { compareSpaces, type SpaceErrors } from '@netspace/analysis/comparison';
import { random } from '@netspace/stats/random';

const stream = random('comparison');

function space(name: string, n: number, mean: number, failed = 0): SpaceErrors {
  return { name, failed, completed: Array.from({ length: n }, () => mean + 0.01 * stream.normal()) };
}

describe('two spaces compared', () => {
  it('are told apart where their means differ beyond chance, whichever comes first', () => {
    const [d, e] = [space('d', 40, 0.3), space('e', 40, 0.27)];
    const there = compareSpaces(d, e, random(1));
    expect(there.better).toBe('e');
    expect(there.headline).toBe('e is better than d');
    expect(there.detail).toMatch(
      /^mean error lower by [23]\.\d points \(95 % interval [23]\.\d to [234]\.\d\), KS p < 0\.001, n = 40 and 40\.$/,
    );
    expect(there.superiority.high).toBeLessThan(0.5);
    expect(compareSpaces(e, d, random(1)).better).toBe('e');
  });

  it('are told apart by chance about 5 times in 100 where both are the same', () => {
    const verdicts = Array.from({ length: 200 }, (_, i) =>
      compareSpaces(space('a', 15, 0.3), space('b', 15, 0.3), random(i)),
    );
    expect(verdicts.filter(({ better }) => better !== null).length).toBeLessThanOrEqual(22); // 15 at 7 % for lists this short, plus two standard deviations
  });

  it('are not judged by fewer than five networks', () => {
    const few = compareSpaces(space('a', 3, 0.3), space('b', 3, 0.1), random(1));
    expect(few.better).toBeNull();
    expect(few.headline).toBe('a and b cannot be told apart by their mean errors yet');
  });

  it('keep failures in the comparison, and show beside it the networks that completed', () => {
    const { meanDifference, completedMeanDifference } = compareSpaces(
      space('a', 18, 0.3, 2),
      space('b', 20, 0.3),
      random(1),
    );
    expect(meanDifference.estimate).toBeGreaterThan(0.06);
    expect(Math.abs(completedMeanDifference?.estimate ?? NaN)).toBeLessThan(0.02);
    expect(
      compareSpaces(space('a', 0, 0, 3), space('b', 3, 0.2), random(1)).completedMeanDifference,
    ).toBeNull();
  });
});
