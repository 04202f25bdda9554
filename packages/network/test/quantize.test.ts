import { assert, constantFrom, double, integer, oneof, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjustStage, CompatibilityError, groupsOf, innerWidth } from '@netspace/network/compatibility';
import { quantizeStages, quantizeWidths, QuantizerError } from '@netspace/network/quantize';
import { generateRegNet } from '@netspace/network/regnet';
import { roundHalfEven } from '@netspace/network/rounding';
import { readGolden } from './goldens.ts';
import { regnetCases } from './regnet-cases.ts';

const lines = record({
  depth: integer({ min: 1, max: 64 }),
  initialWidth: integer({ min: 1, max: 32 }).map((multiple) => multiple * 8),
  widthSlope: double({ min: 0, max: 256, noNaN: true }),
  widthMultiplier: double({ min: 1.5, max: 3, noNaN: true }),
});

describe('rounding', () => {
  it.each([
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [0.49999999999999994, 0],
    [5.000001, 5],
    [-0.5, 0],
    [-1.5, -2],
    [-2.6, -3],
  ])('%d is nearest to %d, ties to even', (value, rounded) => {
    expect(roundHalfEven(value) + 0).toBe(rounded);
  });
});

describe('quantized linear widths', () => {
  it('of RegNetX-400MF end at 392 before the groups and 384 after', () => {
    const published = { depth: 22, initialWidth: 24, widthSlope: 24.48, widthMultiplier: 2.54 };
    const { linearWidths, levels, regular, stages } = quantizeWidths(published);
    expect(linearWidths.slice(0, 3)).toEqual([24, 24 + 24.48, 24 + 2 * 24.48]);
    expect(stages).toEqual([
      { depth: 1, width: 24 },
      { depth: 2, width: 64 },
      { depth: 7, width: 152 },
      { depth: 12, width: 392 },
    ]);
    expect({ levels, regular }).toEqual({ levels: 4, regular: true });
    const network = generateRegNet({ ...published, groupWidth: 16 });
    expect(network.stages.map(({ width }) => width)).toEqual([32, 64, 160, 384]);
  });

  it.each(regnetCases)('%s: %j', (_, [depth, w0, wa, wm], groupWidth, b, seRatio, ...made) => {
    const given = { depth, initialWidth: w0, widthSlope: wa, widthMultiplier: wm };
    const network = generateRegNet({ ...given, groupWidth, bottleneckRatio: b, seRatio });
    const { levels, regular } = quantizeWidths(given);
    expect([
      network.stages.map((stage) => stage.depth),
      network.stages.map((stage) => stage.width),
      network.stages.map((stage) => stage.groupWidth),
      levels,
      regular,
    ]).toEqual(made.slice(0, 5));
  });

  it('re-sum to the depth, never fall, are multiples of 8 and begin with the initial width', () => {
    assert(
      property(lines, (given) => {
        const { blockWidths, stages, levels } = quantizeWidths(given);
        expect(stages.reduce((sum, { depth }) => sum + depth, 0)).toBe(given.depth);
        expect(blockWidths).toHaveLength(given.depth);
        expect(blockWidths[0]).toBe(given.initialWidth);
        expect(blockWidths).toEqual(blockWidths.toSorted((a, b) => a - b));
        expect(blockWidths.every((width) => width % 8 === 0)).toBe(true);
        expect(stages.length).toBeLessThanOrEqual(levels);
      }),
    );
  });

  it('stay within a factor of sqrt(wm) of the line, and 4 for the multiple of 8', () => {
    assert(
      property(lines, (given) => {
        const { blockWidths, linearWidths } = quantizeWidths(given);
        const factor = Math.sqrt(given.widthMultiplier) * (1 + 1e-9);
        linearWidths.forEach((linear, j) => {
          expect(blockWidths[j]).toBeLessThanOrEqual(linear * factor + 4);
          expect(blockWidths[j]).toBeGreaterThanOrEqual(linear / factor - 4);
        });
      }),
    );
  });

  it.each([
    [{ depth: 0 }, 'depth 0: it must be a whole number of blocks from 1 to 8000'],
    [{ depth: 2.5 }, 'depth 2.5'],
    [{ depth: NaN }, 'depth NaN'],
    [{ initialWidth: 20 }, 'initial width 20: it must be a positive multiple of 8; use 16 or 24'],
    [{ initialWidth: 0 }, 'initial width 0'],
    [{ initialWidth: Infinity }, 'initial width Infinity'],
    [{ widthSlope: -1 }, 'width slope -1: it must be at least 0'],
    [{ widthMultiplier: 1 }, 'width multiplier 1: it must be above 1'],
  ])('are refused for %j', (wrong, message) => {
    const right = { depth: 13, initialWidth: 24, widthSlope: 36.44, widthMultiplier: 2.49 };
    expect(() => quantizeWidths({ ...right, ...wrong })).toThrow(QuantizerError);
    expect(() => quantizeWidths({ ...right, ...wrong })).toThrow(message);
  });
});

describe('a stage made compatible', () => {
  it.each([
    ['nothing to do', [64, 1, 16], [64, 1, 16]],
    ['the group is clipped to the inner width', [24, 1, 40], [24, 1, 24]],
    ['40 / 16 is a tie, 2 is even', [40, 1, 16], [32, 1, 16]],
    ['24 / 16 is a tie, 2 is even', [24, 1, 16], [32, 1, 16]],
    ['a bottleneck', [64, 2, 24], [48, 2, 24]],
    ['an inverted bottleneck takes common multiples', [264, 0.25, 6], [264, 0.25, 6]],
    ['a width of 1', [1, 4, 16], [4, 4, 1]],
    ['a forty-ninth, whose inverse is not quite 49', [2, 1 / 49, 49], [2, 1 / 49, 49]],
  ])('%s', (_, [width = 0, bottleneckRatio = 0, groupWidth = 0], expected) => {
    const made = adjustStage({ width, bottleneckRatio, groupWidth });
    expect([made.width, made.bottleneckRatio, made.groupWidth]).toEqual(expected);
  });

  it('has whole groups, a group no wider than was asked, and stays as it is when adjusted again', () => {
    const wished = record({
      width: integer({ min: 1, max: 2048 }),
      bottleneckRatio: constantFrom(1 / 6, 0.25, 1 / 3, 0.5, 1, 2, 3, 4, 6),
      groupWidth: integer({ min: 1, max: 256 }),
    });
    assert(
      property(wished, (stage) => {
        const made = adjustStage(stage);
        expect(Number.isInteger(groupsOf(made))).toBe(true);
        expect(made.groupWidth).toBeLessThanOrEqual(stage.groupWidth);
        expect(innerWidth(made) % made.groupWidth).toBe(0);
        expect(adjustStage(made)).toEqual(made);
      }),
    );
  });

  it('does not exist for a ratio that leaves no whole groups, which is said', () => {
    expect(() => adjustStage({ width: 24, bottleneckRatio: 0.4, groupWidth: 8 })).toThrow(CompatibilityError);
    expect(() => adjustStage({ width: 24, bottleneckRatio: 0.4, groupWidth: 8 })).toThrow(
      /bottleneck ratio 0.4.*whole groups of 8; use a ratio that is whole/,
    );
  });
});

interface GoldenCase {
  readonly in: Record<'d' | 'w0' | 'wa' | 'wm' | 'g' | 'bot_mul' | 'se_r', number>;
  readonly block_ws: number[];
  readonly ws_raw: number[];
  readonly ds: number[];
  readonly total_stages: number;
  readonly all_levels_used: boolean;
  readonly ws: number[];
  readonly gs: number[];
  readonly w_b: number[];
  readonly groups: number[];
}

const golden = readGolden<{ cases: GoldenCase[]; edges: GoldenCase[] }>('quantizer');

it.skipIf(golden === undefined)(
  'all 106 published quantizations are met exactly (skipped where the goldens are not beside the repository)',
  () => {
    const cases = [...(golden?.cases ?? []), ...(golden?.edges ?? [])];
    expect(cases).toHaveLength(106);
    for (const { in: given, ...made } of cases) {
      const generator = {
        depth: given.d,
        initialWidth: given.w0,
        widthSlope: given.wa,
        widthMultiplier: given.wm,
      };
      const { blockWidths, stages, levels, regular } = quantizeWidths(generator);
      const network = generateRegNet({
        ...generator,
        groupWidth: given.g,
        bottleneckRatio: 1 / given.bot_mul,
      });
      expect({
        block_ws: blockWidths,
        ws_raw: stages.map(({ width }) => width),
        ds: stages.map(({ depth }) => depth),
        total_stages: levels,
        all_levels_used: regular,
        ws: network.stages.map(({ width }) => width),
        gs: network.stages.map(({ groupWidth }) => groupWidth),
        w_b: network.stages.map(innerWidth),
        groups: network.stages.map(groupsOf),
      }).toMatchObject({
        block_ws: made.block_ws,
        ws_raw: made.ws_raw,
        ds: made.ds,
        total_stages: made.total_stages,
        all_levels_used: made.all_levels_used,
        ws: made.ws,
        gs: made.gs,
        w_b: made.w_b,
        groups: made.groups,
      });
    }
  },
);

it('the stages are the runs of blocks that are quantized one by one, on the borders of levels too', () => {
  const some = record({
    depth: integer({ min: 1, max: 64 }),
    initialWidth: integer({ min: 1, max: 32 }).map((multiple) => multiple * 8),
    // Whole slopes and simple multipliers put blocks on the very border.
    widthSlope: oneof(
      integer({ min: 0, max: 2560 }).map((tenths) => tenths / 10),
      integer({ min: 0, max: 32 }).map((multiple) => multiple * 8),
    ),
    widthMultiplier: oneof(
      integer({ min: 1500, max: 3000 }).map((thousandths) => thousandths / 1000),
      constantFrom(2.25, 4, 9, 6.25),
    ),
  });
  assert(
    property(some, (parameters) => {
      const { depth, initialWidth: w0, widthSlope: wa, widthMultiplier: wm } = parameters;
      const stages: { depth: number; width: number }[] = [];
      let level = 0;
      for (let j = 0; j < depth; j++) {
        level = roundHalfEven(Math.log((w0 + wa * j) / w0) / Math.log(wm));
        const width = roundHalfEven((w0 * wm ** level) / 8) * 8;
        const last = stages.at(-1);
        if (last?.width === width) last.depth++;
        else stages.push({ depth: 1, width });
      }
      const made = quantizeStages(parameters);
      expect(made.levels).toBe(level + 1);
      expect(JSON.stringify(made.stages)).toBe(JSON.stringify(stages));
    }),
    { numRuns: 5000 },
  );
});
