import { describe, expect, it } from 'vitest';
import { drawOrderStatistics } from '../order-statistic.ts';
import { ksTest } from '../ks.ts';
import { random } from '../random.ts';

describe('two neighbouring order statistics', () => {
  it.each([
    [1, 1],
    [2, 1],
    [7, 4],
    [40, 20],
    [40, 40],
  ])('of %d uniform numbers from the least %d on are as if all had been drawn and sorted', (n, k) => {
    const stream = random(`${n} ${k}`);
    const count = 4000;
    const drawn = Array.from({ length: count }, () => drawOrderStatistics(n, k, stream));
    const sorted = Array.from({ length: count }, () => {
      const all = Array.from({ length: n }, () => stream.next()).toSorted((a, b) => a - b);
      return [all[k - 1] ?? NaN, all[k] ?? 1] as const;
    });
    const figures = [
      (pair: readonly [number, number]) => pair[0],
      (pair: readonly [number, number]) => pair[1],
      (pair: readonly [number, number]) => pair[1] - pair[0],
    ];
    // Fixed streams: a wrong distribution is far below this, a right one once in ten thousand.
    for (const figure of figures)
      expect(ksTest(drawn.map(figure), sorted.map(figure)).p).toBeGreaterThan(1e-4);
  });
});
