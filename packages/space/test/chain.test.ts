import { random } from '@netspace/stats/random';
import { describe, expect, it } from 'vitest';
import { makeChain, type MayFollow } from '../chain.ts';

const discrete = { values: [1, 2, 4, 8], probabilities: [0.4, 0.3, 0.2, 0.1] };

const orders: readonly [string, MayFollow][] = [
  ['do not decrease', (before, after) => after >= before],
  ['do not increase', (before, after) => after <= before],
  ['do not decrease except the last', (before, after, stage) => stage === 2 || after >= before],
];

/** All sequences of three values with the probability of independent draws, if they keep the rule. */
function enumerate(mayFollow: MayFollow): Map<string, number> {
  const masses = new Map<string, number>();
  discrete.values.forEach((a, i) =>
    discrete.values.forEach((b, j) =>
      discrete.values.forEach((c, k) => {
        if (!mayFollow(a, b, 1) || !mayFollow(b, c, 2)) return;
        const [p = 0, q = 0, r = 0] = [i, j, k].map((index) => discrete.probabilities[index]);
        masses.set([a, b, c].join(), p * q * r);
      }),
    ),
  );
  return masses;
}

describe('values of stages that', () => {
  it.each(orders)('%s are drawn as rejection would draw them (chi-squared, 99.99 %%)', (_, mayFollow) => {
    const masses = enumerate(mayFollow);
    const total = [...masses.values()].reduce((sum, mass) => sum + mass, 0);
    const chain = makeChain(discrete, 3, mayFollow);
    expect(chain.acceptance).toBeCloseTo(total, 12);

    const n = 40_000;
    const stream = random('chain');
    const counts = new Map<string, number>();
    for (let i = 0; i < n; i++) {
      const key = chain.draw(stream).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect([...counts.keys()].filter((key) => !masses.has(key))).toEqual([]);
    const chi = [...masses].reduce((sum, [key, mass]) => {
      const expected = (n * mass) / total;
      return sum + ((counts.get(key) ?? 0) - expected) ** 2 / expected;
    }, 0);
    // Wilson and Hilferty's approximation of the quantile. With this n a share that is off by a tenth shows almost surely.
    const freedom = masses.size - 1;
    const limit = freedom * (1 - 2 / (9 * freedom) + 3.719 * Math.sqrt(2 / (9 * freedom))) ** 3;
    expect(chi).toBeLessThan(limit);
  });

  it('cannot keep a rule have acceptance 0', () => {
    expect(makeChain(discrete, 2, () => false).acceptance).toBe(0);
  });
});
