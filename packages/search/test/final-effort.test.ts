import { describe, expect, it } from 'vitest';
import { describeFinals, fitFinals, type FinalEffort } from '../final-effort.ts';

/** A second for each epoch of each training, beside two published networks. */
const seconds = ({ candidates, epochs, seeds }: FinalEffort): number => (candidates + 2) * epochs * seeds;
const wanted: FinalEffort = { candidates: 3, epochs: 9, seeds: 3 };

describe('the finals', () => {
  it.each([
    { left: 135, is: { candidates: 3, epochs: 9, seeds: 3 }, why: 'all of it fits' },
    { left: 134, is: { candidates: 3, epochs: 8, seeds: 3 }, why: 'an epoch less does' },
    {
      left: 45,
      is: { candidates: 3, epochs: 3, seeds: 3 },
      why: 'a third of the epochs is worth more than a seed',
    },
    {
      left: 44,
      is: { candidates: 3, epochs: 4, seeds: 2 },
      why: 'fewer epochs than a third are worth less than a seed',
    },
    { left: 29, is: { candidates: 3, epochs: 5, seeds: 1 }, why: 'one seed alone gets what there is' },
    { left: 5, is: { candidates: 3, epochs: 1, seeds: 1 }, why: 'one epoch is the least' },
    { left: 4, is: { candidates: 2, epochs: 1, seeds: 1 }, why: 'then candidates are left out' },
    { left: -7, is: { candidates: 1, epochs: 1, seeds: 1 }, why: 'nothing fits, and the time will end it' },
  ])('have $is in $left seconds: $why', ({ left, is }) => {
    expect(fitFinals(wanted, {}, left, seconds)).toEqual(is);
  });

  it('keep the epochs that were asked for', () => {
    for (let left = 0; left < 200; left += 5)
      expect(fitFinals(wanted, { finalEpochs: 9 }, left, seconds).epochs).toBe(9);
  });

  it('fit wherever anything does, and more time never means less training', () => {
    let before = 0;
    for (let left = 3; left < 150; left++) {
      const found = fitFinals(wanted, {}, left, seconds);
      expect(seconds(found), describeFinals(found)).toBeLessThanOrEqual(left);
      expect(found.seeds * 100 + found.epochs).toBeGreaterThanOrEqual(
        Math.min(before, found.seeds * 100 + 3),
      );
      before = found.seeds * 100 + found.epochs;
    }
  });
});
