import { describe, expect, it } from 'vitest';
import { holmCorrected } from '@netspace/stats/holm';
import { random } from '@netspace/stats/random';

describe("Holm's correction", () => {
  it('multiplies the smallest p by all tests, the next by one less', () => {
    // Holm's procedure by hand: .005 x 4, .01 x 3, .03 x 2 and .04 x 1, which the .06 before it lifts.
    expect(holmCorrected([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holmCorrected([0.7, 0.6])).toEqual([1, 1]);
    expect(holmCorrected([0.2])).toEqual([0.2]);
    expect(holmCorrected([])).toEqual([]);
  });

  it('finds anything among six tests of nothing 5 times in 100', () => {
    const stream = random('holm');
    const finds = (): boolean =>
      holmCorrected(Array.from({ length: 6 }, () => stream.next())).some((p) => p <= 0.05);
    const share = Array.from({ length: 4000 }, finds).filter(Boolean).length / 4000;
    expect(share).toBeLessThan(0.057);
    expect(share).toBeGreaterThan(0.04);
  });
});
