import { permutation, random } from '@netspace/stats/random';
import { describe, expect, it } from 'vitest';
import {
  isHopeless,
  keepBest,
  rungsOf,
  stopRuleSchema,
  type HalvingRule,
  type MedianRule,
} from '../stop-rule.ts';

const median: MedianRule = { kind: 'median', graceEpochs: 1, leastTrials: 3 };
const halving: HalvingRule = { kind: 'halving', eta: 3, firstRung: 1, leastTrials: 3 };

/** Medians of their second epochs: .2 of the first three, .25 of all four. */
const completed = [
  [0.5, 0.1, 0.1],
  [0.6, 0.2, 0.1],
  [0.7, 0.3, 0.1],
  [0.8, 0.4, 0.1],
];

describe('the median rule', () => {
  it.each([
    ['stops what is worse than the middle', [0.5, 0.21], 3, true],
    ['keeps what is as good as the middle', [0.5, 0.2], 3, false],
    ['takes the mean of the two in the middle', [0.5, 0.24], 4, false],
    ['stops above that mean', [0.5, 0.26], 4, true],
    ['looks at the same epoch, not at earlier ones', [0.9, 0.1], 3, false],
    ['stops nothing in the epochs of grace', [0.99], 4, false],
    ['stops nothing before there are trials enough', [0.5, 0.99], 2, false],
    ['stops nothing that has not begun', [], 4, false],
  ])('%s', (_, errors, trials, stops) => {
    expect(isHopeless(errors, completed.slice(0, trials), median)).toBe(stops);
  });

  it('counts only trials that came so far', () => {
    expect(isHopeless([0.5, 0.9], [...completed.slice(0, 2), [0.1], [0.1]], median)).toBe(false);
  });
});

describe('successive halving', () => {
  it('decides at epochs 1, 3, 9, … before the last', () => {
    expect(rungsOf(halving, 27)).toEqual([1, 3, 9]);
    expect(rungsOf(halving, 28)).toEqual([1, 3, 9, 27]);
    expect(rungsOf({ ...halving, eta: 2, firstRung: 2 }, 20)).toEqual([2, 4, 8, 16]);
    expect(rungsOf(halving, 1)).toEqual([]);
  });

  it.each([
    ['keeps the best of three', [0.1], [[0.2], [0.3]], false],
    ['stops the second of three', [0.2], [[0.1], [0.3]], true],
    ['keeps the second of six', [0.2], [[0.1], [0.3], [0.4], [0.5], [0.6]], false],
    ['stops the third of six', [0.3], [[0.1], [0.2], [0.4], [0.5], [0.6]], true],
    ['keeps what is as good as the best', [0.2], [[0.2], [0.3]], false],
    [
      'decides nothing between rungs',
      [0.1, 0.9],
      [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      false,
    ],
    [
      'looks at the error of the rung',
      [0.1, 0.1, 0.9],
      [
        [0.2, 0.2, 0.2],
        [0.3, 0.3, 0.3],
      ],
      true,
    ],
    ['does not count who never came to the rung', [0.1, 0.1, 0.9], [[0.2, 0.2, 0.2], [0.1], [0.1]], false],
    ['decides nothing while too few are there', [0.9], [[0.1]], false],
  ])('%s', (_, errors, others, stops) => {
    expect(isHopeless(errors, others, halving)).toBe(stops);
  });

  it('of trials that come together keeps the best third, whatever their order', () => {
    const stream = random('halving');
    for (let round = 0; round < 50; round++) {
      const count = 1 + stream.below(20);
      // No two alike.
      const errors = [...permutation(count, stream)].map((place) => place / count);
      const kept = keepBest(errors, 3);
      const limit = Math.max(1, Math.floor(count / 3));
      expect(errors.filter((_, i) => kept[i]).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: limit }, (_, i) => i / count),
      );
    }
  });

  it('of equals keeps the first ones, and never nobody', () => {
    expect(keepBest([0.5, 0.5, 0.5, 0.5], 2)).toEqual([true, true, false, false]);
    expect(keepBest([0.5], 3)).toEqual([true]);
    expect(keepBest([], 3)).toEqual([]);
  });

  it('decided trial by trial keeps whom it keeps when all are there', () => {
    const errors = [0.4, 0.1, 0.3, 0.2, 0.6, 0.5];
    const alone = errors.map((error, i) => {
      const others = errors.filter((_, k) => k !== i).map((each) => [each]);
      return !isHopeless([error], others, halving);
    });
    expect(alone).toEqual(keepBest(errors, 3));
  });
});

describe('a rule in a file', () => {
  it('is filled', () => {
    expect(stopRuleSchema.parse({ kind: 'median' })).toEqual({
      kind: 'median',
      graceEpochs: 1,
      leastTrials: 5,
    });
    expect(stopRuleSchema.parse({ kind: 'halving', eta: 2 })).toEqual({
      kind: 'halving',
      eta: 2,
      firstRung: 1,
      leastTrials: 3,
    });
  });

  it.each<[object, string, string]>([
    [{ kind: 'halving', eta: 1 }, 'rungs that never end', 'at least 2'],
    [{ kind: 'halving', firstRung: 0 }, 'a rung before the first epoch', 'at least 1'],
    [{ kind: 'median', leastTrials: 0 }, 'a median of nothing', 'at least 1'],
    [{ kind: 'best' }, 'a rule that is not there', 'must be a rule such as'],
    [{ kind: 'median', grace: 3 }, 'a wrong key', 'grace'],
  ])('%j is refused: %s', (rule, _, words) => {
    const parsed = stopRuleSchema.safeParse(rule);
    expect(parsed.success ? '' : JSON.stringify(parsed.error.issues)).toContain(words);
  });
});
