import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { discretize, drawer, type Distribution } from '../distribution.ts';
import { random } from '../random.ts';

const goldens = new URL('../../../../shared/goldens/samplers.json', import.meta.url);

describe('distributions on a grid', () => {
  it.each<[Distribution, [number, number][], string]>([
    [
      { kind: 'uniform', low: 1, high: 4, step: 1 },
      [
        [1, 0.25],
        [4, 0.25],
      ],
      'equal mass',
    ],
    [
      { kind: 'uniform', low: -0.5, high: 0.5, step: 0.1 },
      [
        [-0.5, 1 / 11],
        [0.5, 1 / 11],
      ],
      'a step that is not exact in binary keeps its last point',
    ],
    [
      { kind: 'log-uniform', low: 8, high: 256, step: 8 },
      [
        [8, 1 / 6],
        [16, 1 / 6],
        [256, Math.log(256 / 248) / Math.log(64)],
      ],
      'the first interval starts at half of low',
    ],
    [
      { kind: 'power2', low: 2, high: 512 },
      [
        [2, 1 / 9],
        [512, 1 / 9],
      ],
      'nine powers',
    ],
    [
      { kind: 'power2-or-log-uniform', low: 1, high: 32, step: 8 },
      [
        [1, 1 / 6],
        [4, 1 / 6],
        [8, 1 / 6],
        [24, (0.5 * Math.log(1.5)) / Math.log(8)],
      ],
      'powers below the step, the rest drawn again',
    ],
    [
      { kind: 'normal', low: 0, high: 12, step: 1 },
      [
        [0, 0.00163428],
        [12, 0.00163428],
      ],
      'cut off at three deviations',
    ],
    [
      { kind: 'choice', values: [4, 1, 4] },
      [
        [1, 1 / 3],
        [4, 2 / 3],
      ],
      'a value that is listed twice has twice the mass',
    ],
  ])('%o', (distribution, expected) => {
    const { values, probabilities } = discretize(distribution);
    for (const [value, probability] of expected)
      expect(probabilities[values.indexOf(value)]).toBeCloseTo(probability, 7);
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
  });

  it.skipIf(!existsSync(goldens))(
    "have the probabilities of pycls' samplers (skipped without the golden values)",
    () => {
      const { pmfs } = JSON.parse(readFileSync(goldens, 'utf8')) as {
        pmfs: { rand_type: string; low: number; high: number; q: number; pmf: [number, number][] }[];
      };
      const kinds: Record<string, Distribution['kind']> = { power2_uniform: 'power2' };
      for (const { rand_type, low, high, q, pmf } of pmfs) {
        const kind = kinds[rand_type] ?? rand_type.replaceAll('_', '-');
        const { values, probabilities } = discretize({ kind, low, high, step: q } as Distribution);
        expect(values.length, rand_type).toBe(pmf.length);
        pmf.forEach(([value, probability], i) => {
          expect(values[i]).toBeCloseTo(value, 9);
          expect(probabilities[i]).toBeCloseTo(probability, 7);
        });
      }
    },
  );

  it('are drawn with their probabilities (chi-squared, 99.99 %)', () => {
    const discrete = discretize({ kind: 'log-uniform', low: 1, high: 16, step: 1 });
    const draw = drawer(discrete);
    const stream = random('chi');
    const counts = new Map<number, number>();
    const n = 50_000;
    for (let i = 0; i < n; i++) {
      const value = draw(stream);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const chi = discrete.values.reduce((sum, value, i) => {
      const expected = n * (discrete.probabilities[i] ?? 0);
      return sum + ((counts.get(value) ?? 0) - expected) ** 2 / expected;
    }, 0);
    // 15 degrees of freedom.
    expect(chi).toBeLessThan(44.3);
  });

  it.each<[Distribution, string]>([
    [{ kind: 'uniform', low: 4, high: 1, step: 1 }, 'is empty'],
    [{ kind: 'uniform', low: 0, high: 1, step: 1e-9 }, 'at most'],
    [{ kind: 'log-uniform', low: 0, high: 8, step: 1 }, 'above 0'],
    [{ kind: 'power2', low: 5, high: 7 }, 'no power of two'],
    [{ kind: 'choice', values: [] }, 'at least one value'],
    [{ kind: 'uniform', low: NaN, high: 8, step: 1 }, 'is empty'],
  ])('%o is refused', (distribution, message) => {
    expect(() => discretize(distribution)).toThrow(message);
  });
});
