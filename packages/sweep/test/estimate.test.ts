import { completeRecipe } from '@netspace/train/recipe';
import { keepBest, rungsOf, type HalvingRule } from '@netspace/train/stop-rule';
import { random } from '@netspace/stats/random';
import { describe, expect, it } from 'vitest';
import type { MachineRates } from '../calibration.ts';
import { expectedEpochs, scheduleLength, timedSeconds, trainingSeconds } from '../estimate.ts';

const rates: MachineRates = {
  step: { flop: 0, activation: 1e-9, layer: 0 },
  evaluationShare: 0.25,
  begin: { training: 2, layer: 0.1 },
  processStart: 1,
};
const work = { flops: 1, activations: 1e6, layers: 10 };

describe('the seconds of a training', () => {
  it('are those of its beginning, its whole steps and its evaluations', () => {
    // 1 ms an image: 7 steps of 128 of 1000 images, 400 evaluated at a quarter; twice, after 2 + 10 * 0.1 s.
    const seconds = trainingSeconds(
      work,
      completeRecipe({ epochs: 2 }),
      { train: 1000, validation: 400 },
      rates,
    );
    expect(seconds).toBeCloseTo(3 + 2 * (0.896 + 0.1), 9);
  });

  it('follow from a step, an evaluated image and a beginning that were timed', () => {
    const timing = { work, batchSize: 100, step: 0.5, evaluation: 0.01, begin: 4 };
    const recipe = completeRecipe({ epochs: 3, batchSize: 100, preciseBatchNormImages: 200, emaAlpha: 1e-4 });
    // 9 whole steps an epoch; 400 + 200 images for each of both copies.
    expect(timedSeconds(timing, recipe, { train: 999, validation: 400 })).toBeCloseTo(4 + 3 * (4.5 + 12), 9);
  });

  it('hold a second evaluation where weights are averaged', () => {
    const counts = { train: 1000, validation: 400 };
    const without = trainingSeconds(work, completeRecipe({ epochs: 2 }), counts, rates);
    const averaged = trainingSeconds(work, completeRecipe({ epochs: 2, emaAlpha: 1e-4 }), counts, rates);
    expect(averaged - without).toBeCloseTo(2 * 0.1, 9);
  });
});

describe('the epochs that a trial has before it', () => {
  const rule: HalvingRule = { kind: 'halving', eta: 3, firstRung: 1, leastTrials: 1 };

  it('are all that are left where nothing is stopped', () => {
    expect(expectedEpochs(10, { done: 3.5, rung: 0 })).toBe(6.5);
  });

  it('are those of a sweep that is halved, trial by trial', () => {
    const epochs = 27;
    const stream = random('halving');
    let alive = Array.from({ length: 81 }, () => 0);
    let trained = 0;
    let before = 0;
    for (const rung of [...rungsOf(rule, epochs), epochs]) {
      trained += alive.length * (rung - before);
      before = rung;
      const kept = keepBest(
        alive.map(() => stream.next()),
        rule.eta,
      );
      alive = alive.filter((_, i) => kept[i]);
    }
    expect(expectedEpochs(epochs, { done: 0, rung: 0 }, rule) * 81).toBeCloseTo(trained, 9);
  });

  it('are a third of the way to the next rung for one that waits, and the whole way for one that was promoted', () => {
    const [waiting, promoted] = [0, 1].map((rung) => expectedEpochs(3, { done: 1, rung }, rule));
    expect(waiting).toBeCloseTo(2 / 3, 12);
    expect(promoted).toBe(2);
  });
});

describe('a schedule', () => {
  it.each([
    [[5, 4, 3, 3, 3], 2, 10, 'the two orders of 5 + 3 and 4 + 3 + 3'],
    [[5, 4, 3, 3, 3], 1, 18, 'one worker does all'],
    [[5, 4], 8, 5, 'more workers than trials'],
    [[], 2, 0, 'nothing to do'],
  ])('of %j with %d workers is %d long', (trials, workers, length) => {
    expect(scheduleLength(trials, workers)).toBe(length);
  });

  it('that begins with the longest leaves hardly any worker idle at the end', () => {
    // Costs as in a window of flops: factors of 4 between the least and the most.
    const stream = random('tail');
    for (let sweep = 0; sweep < 50; sweep++) {
      const trials = Array.from({ length: 40 }, () => 4 ** stream.next()).toSorted((a, b) => b - a);
      const busy = trials.reduce((sum, each) => sum + each, 0);
      const idle = 1 - busy / (2 * scheduleLength(trials, 2));
      expect(idle).toBeLessThan(0.03);
    }
  });

  it('still does so when predictions are wrong by a quarter', () => {
    const stream = random('tail with errors');
    const idle = Array.from({ length: 50 }, () => {
      const trials = Array.from({ length: 40 }, () => ({ real: 4 ** stream.next(), guess: 0 }))
        .map(({ real }) => ({ real, guess: real * (0.75 + 0.5 * stream.next()) }))
        .toSorted((a, b) => b.guess - a.guess)
        .map(({ real }) => real);
      const busy = trials.reduce((sum, each) => sum + each, 0);
      return 1 - busy / (2 * scheduleLength(trials, 2));
    });
    expect(idle.toSorted((a, b) => a - b)[45]).toBeLessThan(0.03);
  });
});
