import { existsSync, readFileSync } from 'node:fs';
import { array, assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bestProbabilities,
  bestRange,
  contendersOf,
  expectedBest,
  quarterOf,
} from '@netspace/stats/bootstrap';
import { edf } from '@netspace/stats/edf';
import { mean, weightedQuantile } from '@netspace/stats/quantile';
import { random } from '@netspace/stats/random';

/** Every sequence of draws, one by one: what the closed form must equal. Of tied best networks each counts evenly. */
function byEnumeration(errors: readonly number[], draws: number): number[] {
  const mass = errors.map(() => 0);
  const sequences = errors.length ** draws;
  for (let code = 0; code < sequences; code++) {
    const drawn = Array.from(
      { length: draws },
      (_, k) => Math.trunc(code / errors.length ** k) % errors.length,
    );
    const least = Math.min(...drawn.map((i) => errors[i] ?? NaN));
    const best = errors.map((error, i) => (error === least ? i : -1)).filter((i) => i >= 0);
    for (const i of best) mass[i] = (mass[i] ?? 0) + 1 / best.length / sequences;
  }
  return mass;
}

describe('the bootstrap of the best, in closed form', () => {
  it('equals the count over all sequences of draws, ties included', () => {
    const populations = array(integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 });
    assert(
      property(populations, integer({ min: 1, max: 4 }), (errors, draws) => {
        const expected = byEnumeration(errors, draws);
        for (const [i, p] of bestProbabilities(errors, draws).entries())
          expect(p).toBeCloseTo(expected[i] ?? NaN, 12);
      }),
      { numRuns: 60 },
    );
  });

  it('is certain with one network and follows the order of the errors otherwise', () => {
    expect(bestRange([7], [0.5])).toEqual({ low: 7, median: 7, high: 7 });
    const [first, second, third] = bestProbabilities([0.1, 0.2, 0.3], 2);
    expect([first, second, third].map((p) => Math.round((p ?? 0) * 9))).toEqual([5, 3, 1]);
  });

  it('draws a quarter of the networks, one at least', () => {
    expect([1, 3, 4, 7, 100].map(quarterOf)).toEqual([1, 1, 1, 1, 25]);
    expect(() => bestProbabilities([0.1], 0)).toThrow(/at least 1/);
  });

  it('needs to know some hundred of thousands of networks: the others change no range', () => {
    const stream = random('contenders');
    // Errors of three digits: many are tied.
    const errors = Array.from({ length: 5000 }, () => Math.round(1000 * stream.next()) / 1000);
    const values = errors.map(() => stream.next());
    const contenders = contendersOf(errors);
    expect(contenders.length).toBeLessThan(200);
    const [known, worst] = [
      new Set(contenders.map(({ index }) => index)),
      Math.max(...contenders.map(({ index }) => errors[index] ?? 1)),
    ];
    expect(errors.every((error, i) => known.has(i) || error > worst)).toBe(true);
    const probabilities = bestProbabilities(errors);
    const [low, median, high] = [0.025, 0.5, 0.975].map((share) =>
      weightedQuantile(values, probabilities, share),
    );
    expect(bestRange(values, errors)).toEqual({ low, median, high });
  });

  it('expects the mean of one draw and the minimum of very many', () => {
    const errors = [0.4, 0.1, 0.2, 0.2];
    expect(expectedBest(errors, 1)).toBeCloseTo(mean(errors), 12);
    expect(expectedBest(errors, 1000)).toBeCloseTo(0.1, 12);
  });
});

const golden = new URL('../../../../shared/goldens/analysis.json', import.meta.url);

describe.skipIf(!existsSync(golden))(
  'the golden sweep of a hundred networks (skipped where the goldens are not beside the repository)',
  () => {
    const sweep = existsSync(golden) ? JSON.parse(readFileSync(golden, 'utf8')) : {};

    it('has the exact ranges and probability of the best', () => {
      const range = (values: number[]): number[] => Object.values(bestRange(values, sweep.err));
      expect(range(sweep.depth)).toEqual(sweep.exact_ci.depth);
      // The golden's flops are rounded to GF with three digits.
      expect(range(sweep.flops).map((flops) => Math.round(flops / 1e6) / 1e3)).toEqual(sweep.exact_ci.flops);
      expect(Math.max(...bestProbabilities(sweep.err))).toBeCloseTo(sweep.p_best, 14);
    });

    it("has pycls' EDF", () => {
      expect(edf(sweep.err)).toEqual(sweep.edf_pycls);
    });
  },
);
