import { assert, integer, property, record, double } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitsWithin, fitWidths } from '@netspace/network/fit';
import { quantizeWidths } from '@netspace/network/quantize';
import { findModel, zoo } from '@netspace/network/zoo';
import { readGolden } from './goldens.ts';
import { network, networks } from './networks.ts';

type Stages = { depth: number; width: number }[];

/** Mean over blocks of |ln(predicted / observed)|, from the widths themselves. */
function meanLogRatio(predicted: readonly number[], stages: Stages): number {
  const observed = stages.flatMap(({ depth, width }) => Array.from({ length: depth }, () => width));
  const ratios = predicted.map((width, j) => Math.abs(Math.log(width / (observed[j] ?? NaN))));
  return ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
}

function stagesOf(depths: readonly number[], widths: readonly number[]): Stages {
  return depths.map((depth, i) => ({ depth, width: widths[i] ?? 0 }));
}

describe('the fit of quantized linear widths', () => {
  it('finds every network that the generator makes without error', () => {
    const generated = record({
      depth: integer({ min: 2, max: 40 }),
      initialWidth: integer({ min: 1, max: 32 }).map((multiple) => multiple * 8),
      widthSlope: integer({ min: 0, max: 2560 }).map((tenths) => tenths / 10),
      widthMultiplier: integer({ min: 1500, max: 3000 }).map((thousandths) => thousandths / 1000),
    });
    assert(
      property(generated, (parameters) => {
        const { stages } = quantizeWidths(parameters);
        expect(fitWidths(network(stages)).fitError).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('says what it found: its parameters have the error that it returns', () => {
    assert(
      property(networks, ({ stages }) => {
        const { fitError, ...parameters } = fitWidths({ stages });
        const { blockWidths } = quantizeWidths(parameters);
        expect(meanLogRatio(blockWidths, [...stages])).toBeCloseTo(fitError, 12);
        expect(parameters.depth).toBe(stages.reduce((sum, { depth }) => sum + depth, 0));
      }),
    );
  });

  it('is within a limit just when its error is', () => {
    assert(
      property(networks, double({ min: 0, max: 1, noNaN: true }), ({ stages }, limit) => {
        const { fitError } = fitWidths({ stages });
        expect(fitsWithin({ stages }, limit)).toBe(fitError <= limit);
        expect(fitsWithin({ stages }, fitError)).toBe(true);
        if (fitError > 1e-4) expect(fitsWithin({ stages }, fitError - 1e-5)).toBe(false);
      }),
    );
  });

  it('is never worse than parameters drawn at random', () => {
    const drawn = record({
      initialWidth: integer({ min: 1, max: 32 }).map((multiple) => multiple * 8),
      widthSlope: double({ min: 0, max: 256, noNaN: true }),
      widthMultiplier: integer({ min: 1500, max: 3000 }).map((thousandths) => thousandths / 1000),
    });
    assert(
      property(networks, drawn, ({ stages }, parameters) => {
        const { fitError, depth } = fitWidths({ stages });
        const { blockWidths } = quantizeWidths({ ...parameters, depth });
        expect(fitError).toBeLessThanOrEqual(meanLogRatio(blockWidths, [...stages]) + 1e-12);
      }),
      { numRuns: 500 },
    );
  });

  it('of published RegNets is small, and no worse than their own parameters, whose widths the groups have changed since', () => {
    for (const { parameters, network: model } of zoo) {
      if (parameters === undefined) continue;
      const { fitError } = fitWidths(model);
      const { blockWidths } = quantizeWidths(parameters);
      // The two sums are taken in different ways.
      expect(fitError).toBeLessThanOrEqual(meanLogRatio(blockWidths, [...model.stages]) + 1e-12);
      expect(fitError).toBeLessThan(0.1);
    }
  });

  it('of one block or one width is perfect, without slope', () => {
    const constant = { fitError: 0, initialWidth: 64, widthSlope: 0, widthMultiplier: 2 };
    expect(fitWidths(network([{ depth: 1, width: 64 }]))).toEqual({ ...constant, depth: 1 });
    expect(fitWidths(network([{ depth: 9, width: 64 }]))).toEqual({ ...constant, depth: 9 });
  });

  it('of widths that fall is as bad as the best constant', () => {
    // Half of the blocks at 64, half at 16: any constant between costs ln 4 for each pair.
    const { fitError } = fitWidths(network(stagesOf([3, 3], [64, 16])));
    expect(fitError).toBeCloseTo(Math.log(4) / 2, 12);
  });

  // Source: brute force over w0 = 8, 16 … 256, wa = 2^(k/8) to 256 and wm = 1.5, 1.55 … 3, once with widths rounded to
  // multiples of 8 and once without.
  it.each([
    ['RegNetX-6.4GF', 0.027784, 0.026478],
    ['RegNetX-16GF', 0.061007, 0.061007],
    ['RegNetY-3.2GF', 0.020547, 0.019657],
    ['RegNetY-4.0GF', 0.085128, 0.087161],
    ['ResNet-50', 0.086643, 0.086643],
    ['ResNeXt-152', 0.12496, 0.128188],
  ])('of %s is below a grid search: %d rounded, %d not', (name, rounded, exact) => {
    expect(fitWidths(findModel(name).network).fitError).toBeLessThan(Math.min(rounded, exact));
  });

  it.each([
    [[13, 2, 4, 2], [8, 64, 64, 688], 0.665845],
    [[9, 5, 1, 8], [16, 112, 32, 368], 0.597683],
    [[15, 3, 1, 5], [24, 528, 640, 32], 0.502259],
  ])('of a free network of depths %j and widths %j is below %d', (depths, widths, grid) => {
    expect(fitWidths(network(stagesOf(depths, widths))).fitError).toBeLessThan(grid);
  });
});

interface GoldenFit {
  readonly ds: number[];
  readonly ws: number[];
  readonly exact_quantizer: { readonly e_fit: number };
  readonly rounded8: { readonly e_fit: number };
}

const golden = readGolden<{ cases: GoldenFit[] }>('efit');

it.skipIf(golden === undefined)(
  'the fit is never worse than the brute force of 25 networks (skipped where the goldens are not beside the repository)',
  () => {
    expect(golden?.cases).toHaveLength(25);
    for (const { ds, ws, exact_quantizer, rounded8 } of golden?.cases ?? []) {
      const { fitError } = fitWidths(network(stagesOf(ds, ws)));
      // The published figures are rounded to six digits.
      expect(fitError).toBeLessThanOrEqual(Math.min(exact_quantizer.e_fit, rounded8.e_fit) + 5e-7);
    }
  },
);
