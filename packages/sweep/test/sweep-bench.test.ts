import { describe, expect, it } from 'vitest';
import { spreadOver } from '../sweep-bench.ts';

describe('the networks that stand for a plan', () => {
  const costs = [5, 1, 9, 3, 7, 2, 8].map((cost) => ({ cost }));

  it.each([
    [1, [0], 'one is the median'],
    [2, [1, 2], 'two are the cheapest and the dearest'],
    [3, [1, 0, 2], 'three have the median between them'],
    [4, [1, 3, 4, 2], 'four are evenly spread by rank'],
    [7, [1, 5, 3, 0, 4, 6, 2], 'all, in the order of their costs'],
    [99, [1, 5, 3, 0, 4, 6, 2], 'no more than there are'],
  ])('%d of them are at %j: %s', (count, places) => {
    expect(spreadOver(costs, count)).toEqual(places);
  });
});
