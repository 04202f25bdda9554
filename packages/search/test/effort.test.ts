import { describe, expect, it } from 'vitest';
import { effortsWith, settleEffort } from '../effort.ts';
import type { Effort } from '../request.ts';

/** A second for each epoch of a candidate and for each of the fifteen trainings of the finals. */
const seconds = ({ candidates, epochs, finalEpochs }: Effort): number =>
  candidates * epochs + 15 * finalEpochs;

describe('the effort of a search', () => {
  it('is the usual one where no time is given, whatever that takes', () => {
    expect(settleEffort({}, undefined, undefined)).toEqual({
      effort: { candidates: 32, epochs: 9, finalEpochs: 27 },
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

  it('is refused where not even the least fits, with what would do', () => {
    expect(() => settleEffort({}, 60, seconds)).toThrow(
      /--time 1 min is too little: the least search .* takes about 1 min 12 s .*9 candidates of up to 3 epochs/,
    );
  });
});
