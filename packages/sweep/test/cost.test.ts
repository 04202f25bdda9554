import { readFileSync } from 'node:fs';
import type { Network } from '@netspace/network/network';
import { completeRecipe } from '@netspace/train/recipe';
import { describe, expect, it } from 'vitest';
import { fitStepRates } from '../calibration.ts';
import { referenceRates, stepSeconds, trainingCost, workloadOf, type Workload } from '../cost.ts';

interface MeasuredStep extends Workload {
  readonly seconds: number;
}

const measured = (
  JSON.parse(readFileSync(new URL('measured-steps.json', import.meta.url), 'utf8')) as {
    steps: MeasuredStep[];
  }
).steps;

const tiny: Network = {
  stem: { kind: 'cifar', width: 4 },
  stages: [{ depth: 1, width: 8, stride: 2, bottleneckRatio: 1, groupWidth: 4 }],
  block: 'bottleneck',
  seRatio: 0,
  head: { width: 0 },
  activation: 'relu',
};

describe('the work of a network', () => {
  it('is what one counts by hand', () => {
    // 4 x 4 pixels. Stem 3x3x1x4, then 1x1x4x8 at 4 x 4, 3x3 in two groups of 4 at 2 x 2, 1x1x8x8, shortcut 1x1x4x8, linear 8x2 with 2 biases.
    const flops = 16 * 36 + 16 * 32 + 4 * 9 * 4 * 8 + 4 * 64 + 4 * 32 + 16 + 2;
    const activations = 16 * 4 + 16 * 8 + 4 * 8 + 4 * 8 + 4 * 8 + 2;
    expect(workloadOf(tiny, { resolution: 4, channels: 1, classes: 2 })).toEqual({
      flops,
      activations,
      // Five convolutions, each with its batch norm.
      layers: 10,
    });
  });

  it('has the layers of gates as well', () => {
    const input = { resolution: 4, channels: 1, classes: 2 };
    expect(workloadOf({ ...tiny, seRatio: 0.25 }, input).layers).toBe(12);
  });
});

describe('the cost of a training', () => {
  it('is the same on every machine, as it was when this was written', () => {
    const work = { flops: 2e6, activations: 1e5, layers: 50 };
    // 128 images: 0.01024 + 0.0896 + 0.012 s, so 3 epochs of 1000 images take 23.4375 such steps.
    expect(trainingCost(work, completeRecipe({ epochs: 3 }))).toBeCloseTo(2.62125, 12);
  });

  it('rests on rates that are the least squares of all measured steps, to two digits', () => {
    // The normal equations of the relative errors hold at the least: no rate can be moved to lessen them.
    const rows = measured.map(({ flops, activations, layers, seconds }) =>
      [128 * flops, 128 * activations, layers].map((each) => each / seconds),
    );
    const rates = [referenceRates.flop, referenceRates.activation, referenceRates.layer];
    const missOf = (given: readonly number[]) => {
      const misses = rows.map((row) => row.reduce((sum, each, k) => sum + each * (given[k] ?? 0), -1));
      return Math.sqrt(misses.reduce((sum, each) => sum + each ** 2, 0) / misses.length);
    };
    const miss = missOf(rates);
    expect(miss).toBeLessThan(0.082);
    for (const k of rates.keys())
      for (const factor of [0.9, 1.1])
        expect(missOf(rates.map((rate, i) => (i === k ? rate * factor : rate)))).toBeGreaterThan(miss);
    for (const each of measured) {
      const ratio = stepSeconds(each, 128, referenceRates) / each.seconds;
      expect(Math.abs(ratio - 1)).toBeLessThan(0.16);
    }
  });

  it('puts networks into the order of their measured steps, better than flops do', () => {
    const seconds = measured.map((each) => each.seconds);
    const byCost = rankCorrelation(
      measured.map((each) => stepSeconds(each, 128, referenceRates)),
      seconds,
    );
    const byFlops = rankCorrelation(
      measured.map(({ flops }) => flops),
      seconds,
    );
    expect(byCost).toBeGreaterThan(0.95);
    expect(byCost).toBeGreaterThan(byFlops);
  });

  it('is right to a quarter for nine in ten networks of a machine that three of them have calibrated', () => {
    // The network in which each part weighs most.
    const share = (part: (each: MeasuredStep) => number) =>
      measured.toSorted((a, b) => part(b) / b.seconds - part(a) / a.seconds)[0];
    const chosen = [share((e) => e.flops), share((e) => e.activations), share((e) => e.layers)];
    const rates = fitStepRates(
      chosen.flatMap((work) =>
        work ? { work, batchSize: 128, step: work.seconds, evaluation: 1, begin: 1 } : [],
      ),
    );
    const ratios = measured.map((each) => stepSeconds(each, 128, rates) / each.seconds);
    const near = ratios.filter((ratio) => ratio > 0.75 && ratio < 1.25);
    expect(near.length / measured.length).toBeGreaterThanOrEqual(0.9);
    const total = (list: readonly number[]) => list.reduce((sum, each) => sum + each, 0);
    const predicted = total(measured.map((each) => stepSeconds(each, 128, rates)));
    expect(predicted / total(measured.map((each) => each.seconds))).toBeGreaterThan(0.85);
    expect(predicted / total(measured.map((each) => each.seconds))).toBeLessThan(1.15);
  });
});

/** Spearman's, of lists without ties. */
function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const ranks = (list: readonly number[]) => list.map((each) => list.filter((other) => other < each).length);
  const [x, y] = [ranks(a), ranks(b)];
  const squares = x.reduce((sum, rank, i) => sum + (rank - (y[i] ?? 0)) ** 2, 0);
  return 1 - (6 * squares) / (a.length * (a.length ** 2 - 1));
}
