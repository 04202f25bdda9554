import { assert, constantFrom, double, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countComplexity } from '@netspace/network/complexity';
import { scaleNetwork, scaleResolution, scalingFactors, ScalingError } from '@netspace/network/scale';
import { findModel } from '@netspace/network/zoo';
import { readGolden, type GoldenCounts } from './goldens.ts';
import { imagenet } from './networks.ts';

/** Source: pycls (commit 5719de64, MIT licence), `scale_model` executed. */
const cases = [
  // model, type, factor, depths, widths, group widths, resolution of 224, [flops, params, activations at it]
  ['RegNetX-400MF', 'd', 2, [2, 4, 14, 24], [32, 64, 160, 384], [16, 16, 16, 16], 224, [753627112, 9956488, 5081320]],
  ['RegNetX-400MF', 'd1_w1_g1_r0', 3, [2, 3, 12, 21], [48, 96, 216, 504], [24, 24, 24, 24], 224, [1214485096, 15330200, 6234192]],
  ['RegNetY-400MF', 'd1_w8_g8_r1', 4, [1, 3, 7, 7], [80, 192, 352, 768], [16, 16, 16, 16], 240, [1572517292, 14594380, 7919628]],
  ['RegNetY-400MF', 'w', 0.5, [1, 3, 6, 6], [32, 72, 144, 312], [8, 8, 8, 8], 224, [216663444, 2324228, 2799620]],
  // 84.2 is rounded to 84 and then to 80, not to 88.
  ['RegNetY-4.0GF', 'd1_w1_g1_r0', 3, [3, 10, 21, 3], [160, 240, 640, 1440], [80, 80, 80, 80], 224, [10173059024, 54092176, 22669936]],
  ['RegNetX-800MF', 'd1_w8_g8_r1', 4, [1, 3, 8, 6], [128, 224, 512, 1152], [32, 32, 32, 32], 240, [3319336936, 24901640, 11120104]],
  // Groups of the whole inner width stay so.
  ['ResNet-50', 'd1_w1_g1_r0', 3, [5, 7, 10, 5], [320, 672, 1344, 2688], [80, 168, 336, 672], 224, [10882150376, 67830536, 21619016]],
  ['ResNet-50', '', 1, [3, 4, 6, 3], [256, 512, 1024, 2048], [64, 128, 256, 512], 224, [4089185256, 25557032, 11315688]],
] as const; // prettier-ignore

describe('a scaled network', () => {
  it.each(cases)('%s by %s and %d', (name, type, factor, depths, widths, groupWidths, resolution, counts) => {
    const factors = scalingFactors(type, factor);
    const { stages, ...rest } = scaleNetwork(findModel(name).network, factors);
    expect(stages.map(({ depth }) => depth)).toEqual(depths);
    expect(stages.map(({ width }) => width)).toEqual(widths);
    expect(stages.map(({ groupWidth }) => groupWidth)).toEqual(groupWidths);
    expect(scaleResolution(224, factors)).toBe(resolution);
    const counted = countComplexity({ stages, ...rest }, { ...imagenet, resolution });
    expect([counted.flops, counted.params, counted.activations]).toEqual(counts);
  });

  it('has about as many times the flops as was asked', () => {
    const { network, flops } = findModel('RegNetX-3.2GF');
    for (const type of ['d', 'w', 'dw', 'd1_w8_g8_r1', 'dwr']) {
      const factors = scalingFactors(type, 4);
      const resolution = scaleResolution(224, factors);
      const scaled = countComplexity(scaleNetwork(network, factors), { ...imagenet, resolution });
      // Whole blocks, multiples of 8, a stem that stays and 3x3 convolutions of fixed groups, which grow with w only, take it
      // off by at most a quarter.
      expect(scaled.flops / flops / 4).toBeGreaterThan(0.75);
      expect(scaled.flops / flops / 4).toBeLessThan(1.25);
    }
  });
});

describe('scaling factors', () => {
  it('multiply to the factor as depth · width² · resolution²', () => {
    const types = constantFrom('d', 'w', 'r', 'dw', 'dwr', 'dwgr', 'd1_w2', 'd1_w8_g8_r1', 'd0.5_r1.5');
    assert(
      property(types, double({ min: 0.01, max: 100, noNaN: true }), (type, factor) => {
        const { depth, width, resolution } = scalingFactors(type, factor);
        expect((depth * width ** 2 * resolution ** 2) / factor).toBeCloseTo(1, 9);
      }),
    );
  });

  it('of no type are all 1, and of groups alone change nothing else', () => {
    expect(scalingFactors('', 3)).toEqual({ depth: 1, width: 1, groupWidth: 1, resolution: 1 });
    expect(scalingFactors('g', 4)).toEqual({ depth: 1, width: 1, groupWidth: 4, resolution: 1 });
  });

  it.each([
    ['x', 2, /"x": write letters/],
    ['d1_q2', 2, /"d1_q2"/],
    ['d-1', 2, /"d-1"/],
    ['d1__w1', 2, /"d1__w1"/],
    ['d', 0, /factor 0: it must be above 0/],
    ['d', NaN, /factor NaN/],
  ])('of type %j and %d are refused', (type, factor, message) => {
    expect(() => scalingFactors(type, factor)).toThrow(ScalingError);
    expect(() => scalingFactors(type, factor)).toThrow(message);
  });
});

interface GoldenCase {
  readonly model: string;
  readonly scaling_type: string;
  readonly factor: number;
  readonly factors_dwgr: number[];
  readonly train_im_size: number;
  readonly test_im_size: number;
  readonly cx: GoldenCounts;
  readonly depths: number[];
  readonly widths: number[];
  readonly group_ws: number[];
}

const golden = readGolden<{ cases: GoldenCase[] }>('scaler');

it.skipIf(golden === undefined)(
  'all 18 published scalings of these models are met (skipped where the goldens are not beside the repository)',
  () => {
    const ours = (golden?.cases ?? []).filter(({ model }) => !model.startsWith('EfficientNet'));
    expect(ours).toHaveLength(18);
    for (const expected of ours) {
      const factors = scalingFactors(expected.scaling_type, expected.factor);
      const { depth, width, groupWidth, resolution } = factors;
      [depth, width, groupWidth, resolution].forEach((value, i) =>
        expect(value).toBeCloseTo(expected.factors_dwgr[i] ?? NaN, 11),
      );
      const network = scaleNetwork(findModel(expected.model).network, factors);
      expect(network.stages.map((stage) => stage.depth)).toEqual(expected.depths);
      expect(network.stages.map((stage) => stage.width)).toEqual(expected.widths);
      expect(network.stages.map((stage) => stage.groupWidth)).toEqual(expected.group_ws);
      expect(scaleResolution(224, factors)).toBe(expected.train_im_size);
      expect(scaleResolution(256, factors)).toBe(expected.test_im_size);
      const input = { ...imagenet, resolution: expected.train_im_size };
      const { flops, params, activations: acts } = countComplexity(network, input);
      expect({ flops, params, acts }).toEqual(expected.cx);
    }
  },
);
