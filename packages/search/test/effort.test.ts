import { describe, expect, it } from 'vitest';
import { effortsWith, settleEffort } from '../effort.ts';
import type { Effort } from '../request.ts';

/** A second for each epoch of a candidate and of each training of five networks in the finals. */
const seconds = ({ candidates, epochs, finalEpochs, seeds }: Effort): number =>
  candidates * epochs + 5 * seeds * finalEpochs;

describe('the effort of a search', () => {
  it('is the usual one where no time is given, whatever that takes', () => {
    expect(settleEffort({}, undefined, undefined)).toEqual({
      effort: { candidates: 32, epochs: 9, finalEpochs: 27, seeds: 3 },
    });
    expect(settleEffort({ epochs: 1 }, undefined, seconds).seconds).toBe(32 + 15 * 27);
  });

  it('never takes longer than the time that is given, and no less than a smaller time would', () => {
    let before = 0;
    for (let time = 100; time < 3000; time += 50) {
      const settled = settleEffort({}, time, seconds);
      expect(settled.seconds).toBe(seconds(settled.effort));
      expect(settled.seconds).toBeLessThanOrEqual(time);
      expect(settled.seconds).toBeGreaterThanOrEqual(before);
      before = settled.seconds ?? 0;
    }
  });

  it('keeps what was given, and chooses the rest', () => {
    for (const effort of effortsWith({ candidates: 5 })) expect(effort.candidates).toBe(5);
    expect(settleEffort({ finalEpochs: 20 }, 500, seconds).effort).toMatchObject({ finalEpochs: 20 });
  });

  it('is refused where not even the least fits, with what would do, and what was spent already', () => {
    expect(() => settleEffort({}, 60, seconds, 55)).toThrow(
      /--time 1 min is too little: the least search .* takes about 1 min 3 s .*3 candidates of up to 1 epoch, finals of 1 with 1 seed each/,
    );
    expect(settleEffort({}, 60, seconds, 50).effort).toMatchObject({ candidates: 3, seeds: 1 });
  });

  it('gives seeds up last', () => {
    const efforts = effortsWith({}).map(({ seeds }) => seeds);
    expect(efforts).toEqual(efforts.toSorted((a, b) => b - a));
  });
});
