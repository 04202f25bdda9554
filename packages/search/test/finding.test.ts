import { findModel } from '@netspace/network/zoo';
import { random } from '@netspace/stats/random';
import { describe, expect, it } from 'vitest';
import type { CostedNetwork } from '../candidates.ts';
import type { Examination } from '../examination.ts';
import { standingOf } from '../finding.ts';

const { network } = findModel('RegNetX-200MF');
const cost = (flops: number): CostedNetwork => ({
  network,
  flops,
  params: 1e6,
  activations: 1e5,
  latency: 1e-3,
});

interface Made {
  readonly name: string;
  /** Of one seed each. */
  readonly rates: readonly number[];
  readonly validation?: number;
}

const images = 2000;

/** Each image is wrong by chance, at the rate of its seed. */
function examinationsOf(made: readonly Made[], luck: number): Examination[] {
  return made.flatMap(({ name, rates, validation }) =>
    rates.map((rate, seed) => {
      const stream = random(`${luck}/${name}/${seed}`);
      const wrong = Array.from({ length: images }, (_, i) => i).filter(() => stream.next() < rate);
      const testError = wrong.length / images;
      const validationError = validation ?? testError;
      const marks = { testError, balancedError: testError, classErrors: [testError], wrong };
      return {
        index: seed,
        name,
        seed,
        validationError,
        ...marks,
        testImages: images,
        model: `${name}-${seed}`,
      };
    }),
  );
}

const terms = { budget: { flops: 3e6 }, rivals: ['published'] };
const costs = new Map([
  ['found', cost(2e6)],
  ['published', cost(3e6)],
  ['large', cost(9e6)],
]);

describe('what a search has found', () => {
  it('is chosen by validation errors, and not by test errors', () => {
    const standing = standingOf(
      examinationsOf(
        [
          { name: 'found', rates: [0.2, 0.2, 0.2], validation: 0.1 },
          { name: 'published', rates: [0.1, 0.1, 0.1], validation: 0.2 },
        ],
        1,
      ),
      costs,
      terms,
    );
    expect(standing.recommended).toMatchObject({ name: 'found', kind: 'found' });
    expect(standing.comparisons).toMatchObject([{ name: 'published', verdict: 'worse' }]);
  });

  it('is within the budget, though something larger is better', () => {
    const made = [
      { name: 'found', rates: [0.2, 0.2, 0.2] },
      { name: 'large', rates: [0.1, 0.1, 0.1] },
    ];
    const standing = standingOf(examinationsOf(made, 1), costs, terms);
    expect(standing.recommended.name).toBe('found');
    expect(standing.finalists.map(({ exceeds }) => exceeds)).toEqual([[], ['flops']]);
  });

  it('exports the seed with the least validation error, with an interval of a share', () => {
    const made = [{ name: 'found', rates: [0.3, 0.1, 0.2] }];
    const { exported } = standingOf(examinationsOf(made, 1), costs, terms);
    expect(exported).toMatchObject({ seed: 1, model: 'found-1' });
    expect(exported.testError.low).toBeLessThan(exported.testError.estimate);
  });

  it('claims a difference between equals in at most one of twenty searches', () => {
    const stream = random('equals');
    let claims = 0;
    const searches = 200;
    for (let luck = 0; luck < searches; luck++) {
      const rates = () => Array.from({ length: 3 }, () => 0.2 + 0.01 * stream.normal());
      const made = ['found', 'published', 'large'].map((name) => ({ name, rates: rates(), validation: 0.2 }));
      const { comparisons } = standingOf(examinationsOf(made, luck), costs, terms);
      if (comparisons.some(({ verdict }) => verdict !== 'cannot tell')) claims++;
    }
    expect(claims / searches).toBeLessThanOrEqual(0.05);
  });

  it('claims a difference that is far larger than what seeds make of it', () => {
    const made = [
      { name: 'found', rates: [0.1, 0.102, 0.098] },
      { name: 'published', rates: [0.2, 0.198, 0.203] },
    ];
    expect(standingOf(examinationsOf(made, 1), costs, terms).comparisons[0]?.verdict).toBe('better');
  });

  it('claims nothing of a single seed', () => {
    const made = [
      { name: 'found', rates: [0.1] },
      { name: 'published', rates: [0.4] },
    ];
    expect(standingOf(examinationsOf(made, 1), costs, terms).comparisons[0]?.verdict).toBe('cannot tell');
  });
});
