import { assert, integer, nat, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjustStage } from '@netspace/network/compatibility';
import { ComplexityError, countComplexity } from '@netspace/network/complexity';
import type { BlockKind, InputShape, Network, StemKind } from '@netspace/network/network';
import { generateRegNet } from '@netspace/network/regnet';
import { anynetCases, blockCases } from './anynet-cases.ts';
import { readGolden, type GoldenCounts } from './goldens.ts';
import { blockKinds, cifar, imagenet, network, networks } from './networks.ts';
import { regnetCases } from './regnet-cases.ts';

function counts(counted: Network, input: InputShape): number[] {
  const { flops, params, activations } = countComplexity(counted, input);
  return [flops, params, activations];
}

const simple = { kind: 'simple', width: 32 } as const;
const small = { kind: 'cifar', width: 16 } as const;

describe('a network counted by hand', () => {
  // One stage of one block, 2 channels to 4, on 3 x 3 px with stride 2: 2 x 2 px; the stem sees 3 colours; 5 classes.
  const input = { resolution: 3, channels: 3, classes: 5 };
  const stem = { kind: 'cifar', width: 2 } as const;
  const count = (parts: Partial<Network>) =>
    counts(network([{ depth: 1, width: 4, groupWidth: 2 }], { stem, ...parts }), input);
  // Stem: 54 weights at 9 places, and 4 for its batch norm. Linear: 4 x 5 + 5.
  const [flops, params, activations] = [54 * 9 + 25, 58 + 25, 18 + 5];

  it.each<[string, Partial<Network>, number, number, number]>([
    // 3x3: 2·4·9 = 72 weights.
    ['V: one 3x3', { block: 'single' }, 72 * 4, 72 + 8, 16],
    // and 1x1: 8 weights.
    ['VR: and a shortcut', { block: 'single-residual' }, 80 * 4, 80 + 16, 32],
    // 72 + 4·4·9 = 216 weights.
    ['vanilla: two 3x3', { block: 'vanilla' }, 216 * 4, 216 + 16, 32],
    ['basic: and a shortcut', { block: 'basic' }, 224 * 4, 224 + 24, 48],
    // 1x1 at 9 places: 8; 3x3 in 2 groups of 2: 4·2·9 = 72; 1x1: 16.
    ['Z: no shortcut at a change', { block: 'linear-bottleneck' }, 72 + 88 * 4, 96 + 24, 36 + 32],
    ['X: a shortcut at a change', {}, 72 + 96 * 4, 104 + 32, 36 + 48],
    // Gate of round(2 · .25) = 0: none, by half to even.
    ['Y with a gate of half a channel', { seRatio: 0.25 }, 72 + 96 * 4, 104 + 32, 36 + 48],
    // Gate of round(2 · .5) = 1: 4 + 1 and 4 + 4 weights and biases, at one place.
    ['Y with a gate of a channel', { seRatio: 0.5 }, 72 + 96 * 4 + 13, 104 + 32 + 13, 36 + 48 + 5],
  ])('%s', (_, parts, blockFlops, blockParams, blockActivations) => {
    expect(count(parts)).toEqual([flops + blockFlops, params + blockParams, activations + blockActivations]);
  });

  it('a head convolution sits between the last stage and the pooling', () => {
    // 1x1 from 4 to 6 at 4 places, batch norm 12, linear 6 x 5 + 5.
    expect(count({ block: 'single', head: { width: 6 } })).toEqual([
      54 * 9 + 72 * 4 + 24 * 4 + 35,
      58 + 80 + 36 + 35,
      18 + 16 + 24 + 5,
    ]);
  });

  it("ImageNet's stem is a 7x7 with stride 2 and a max-pool with stride 2", () => {
    // 3 px → 2 → 1 → 1.
    expect(count({ block: 'single', stem: { kind: 'imagenet', width: 2 } })).toEqual([
      294 * 4 + 72 + 25,
      298 + 80 + 25,
      8 + 2 + 4 + 5,
    ]);
  });
});

describe('published counts are met exactly', () => {
  it.each(regnetCases)('%s: %j', (...row) => {
    const [, [depth, initialWidth, widthSlope, widthMultiplier], groupWidth, bottleneckRatio, seRatio] = row;
    const [large, tiny] = row.slice(10);
    const made = generateRegNet({
      depth,
      initialWidth,
      widthSlope,
      widthMultiplier,
      groupWidth,
      bottleneckRatio,
      seRatio,
    });
    expect(counts(made, imagenet)).toEqual(large);
    expect(counts({ ...made, stem: small }, cifar)).toEqual(tiny);
  });

  it.each(anynetCases)('%s blocks, depths %j, widths %j', (block, depths, widths, strides, ...rest) => {
    const [ratios, groupWidths, seRatio, headWidth, withSimple, withImagenet, withCifar] = rest;
    const stages = depths.map((depth, i) => ({
      depth,
      width: widths[i] ?? 0,
      stride: strides[i] ?? 0,
      bottleneckRatio: ratios[i] ?? 0,
      groupWidth: groupWidths[i] ?? 0,
    }));
    const made = network(stages, { block, seRatio, head: { width: headWidth } });
    expect(counts({ ...made, stem: simple }, imagenet)).toEqual(withSimple);
    expect(counts({ ...made, stem: { kind: 'imagenet', width: 64 } }, imagenet)).toEqual(withImagenet);
    expect(counts(made, cifar)).toEqual(withCifar);
  });

  it.each(blockCases)('four kinds of block, depths %j, widths %j', (depths, widths, groupWidths, ...rest) => {
    const [bottleneckRatio, seRatio, vanilla, basic, bottleneck, linear] = rest;
    const stages = depths.map((depth, i) => ({
      depth,
      width: widths[i] ?? 0,
      groupWidth: groupWidths[i] ?? 0,
      bottleneckRatio,
    }));
    const of = (block: BlockKind) => counts(network(stages, { block, seRatio }), cifar);
    expect(of('vanilla')).toEqual(vanilla);
    expect(of('basic')).toEqual(basic);
    expect(of('bottleneck')).toEqual(bottleneck);
    expect(of('linear-bottleneck')).toEqual(linear);
  });
});

describe('complexity', () => {
  it('is whole and positive for every network', () => {
    assert(
      property(networks, (drawn) => {
        for (const count of counts(drawn, cifar)) expect(Number.isSafeInteger(count) && count > 0).toBe(true);
      }),
    );
  });

  it('in params does not depend on the resolution or the strides', () => {
    assert(
      property(networks, integer({ min: 8, max: 300 }), (drawn, resolution) => {
        // A shortcut is needed where the resolution changes, so only vanilla blocks keep all params.
        const vanilla: Network = { ...drawn, block: 'vanilla' };
        const { params } = countComplexity(vanilla, { ...cifar, resolution });
        expect(countComplexity(vanilla, cifar).params).toBe(params);
        const stages = vanilla.stages.map((stage) => ({ ...stage, stride: 1 }));
        expect(countComplexity({ ...vanilla, stages }, cifar).params).toBe(params);
      }),
    );
  });

  it('never falls in params when the last stage is wider, with groups as many or wider', () => {
    assert(
      property(networks, integer({ min: 1, max: 32 }), (drawn, more) => {
        const last = drawn.stages.at(-1);
        if (last === undefined) return;
        const wider = adjustStage({ ...last, width: last.width + 8 * more });
        // Group widths may round a wish downwards.
        if (wider.width < last.width) return;
        const widened = { ...drawn, stages: [...drawn.stages.slice(0, -1), wider] };
        // A first block that needs no shortcut any more is the one way to lose params.
        const before = drawn.stages.at(-2)?.width ?? drawn.stem.width;
        if (wider.width === before) return;
        expect(countComplexity(widened, cifar).params).toBeGreaterThanOrEqual(
          countComplexity(drawn, cifar).params,
        );
      }),
    );
  });

  it('rises with each block', () => {
    assert(
      property(networks, nat(), (drawn, place) => {
        const index = place % drawn.stages.length;
        const stages = drawn.stages.map((stage, i) =>
          i === index ? { ...stage, depth: stage.depth + 1 } : stage,
        );
        const deeper = counts({ ...drawn, stages }, cifar);
        counts(drawn, cifar).forEach((count, i) => expect(deeper[i]).toBeGreaterThan(count));
      }),
    );
  });

  it('of a whole is a sum: doubling the blocks after the first adds the same again', () => {
    const depthOf = (depth: number, block: BlockKind) =>
      counts(network([{ depth, width: 32 }], { block }), cifar);
    for (const block of blockKinds) {
      const [one, two, four] = [depthOf(1, block), depthOf(2, block), depthOf(4, block)];
      four.forEach((count, i) => {
        const added = (two[i] ?? 0) - (one[i] ?? 0);
        expect(count).toBe((one[i] ?? 0) + 3 * added);
      });
    }
  });

  it('beyond 2^53 is refused, not rounded', () => {
    const huge = network([{ depth: 1000, width: 1_000_000, groupWidth: 1 }]);
    expect(() => countComplexity(huge, imagenet)).toThrow(ComplexityError);
    expect(() => countComplexity(huge, imagenet)).toThrow(/2\^53/);
  });

  it('of an input that is no image is refused', () => {
    const plain = network([{ depth: 1, width: 8 }]);
    expect(() => countComplexity(plain, { ...cifar, resolution: 0 })).toThrow(/resolution 0/);
    expect(() => countComplexity(plain, { ...cifar, channels: 1.5 })).toThrow(/channels 1.5/);
    expect(() => countComplexity(plain, { ...cifar, classes: NaN })).toThrow(/classes NaN/);
  });
});

interface Context {
  readonly im_size: number;
  readonly stem_type: string;
  readonly stem_w: number;
  readonly num_classes: number;
}

type Contexts = Readonly<Record<string, Context>>;

const stemKinds: Readonly<Record<string, StemKind>> = {
  simple_stem_in: 'simple',
  res_stem_in: 'imagenet',
  res_stem_cifar: 'cifar',
};

const blocks: Readonly<Record<string, BlockKind>> = {
  res_bottleneck_block: 'bottleneck',
  res_bottleneck_linear_block: 'linear-bottleneck',
  res_basic_block: 'basic',
  vanilla_block: 'vanilla',
};

function expectCounts(made: Network, context: Context | undefined, expected: GoldenCounts): void {
  if (context === undefined) throw new Error('the golden names a context that it does not define');
  const stem = { kind: stemKinds[context.stem_type] ?? 'simple', width: context.stem_w };
  const input = { resolution: context.im_size, channels: 3, classes: context.num_classes };
  expect(counts({ ...made, stem }, input)).toEqual([expected.flops, expected.params, expected.acts]);
}

interface QuantizerCase {
  readonly in: Record<'d' | 'w0' | 'wa' | 'wm' | 'g' | 'bot_mul' | 'se_r', number>;
  readonly cx: Readonly<Record<string, GoldenCounts>>;
  readonly cx_blocks_cifar32?: Readonly<Record<string, GoldenCounts>>;
}

const quantizer = readGolden<{
  meta: { contexts: Contexts };
  cases: QuantizerCase[];
  edges: QuantizerCase[];
}>('quantizer');

it.skipIf(quantizer === undefined)(
  'counts of all published RegNets in three settings, and of other blocks, are met (skipped without the goldens)',
  () => {
    const { contexts = {} } = quantizer?.meta ?? {};
    let compared = 0;
    for (const { in: given, cx, cx_blocks_cifar32 } of [
      ...(quantizer?.cases ?? []),
      ...(quantizer?.edges ?? []),
    ]) {
      const made = generateRegNet({
        depth: given.d,
        initialWidth: given.w0,
        widthSlope: given.wa,
        widthMultiplier: given.wm,
        groupWidth: given.g,
        bottleneckRatio: 1 / given.bot_mul,
        seRatio: given.se_r,
      });
      for (const [name, expected] of Object.entries(cx)) {
        expectCounts(made, contexts[name], expected);
        compared++;
      }
      for (const [name, expected] of Object.entries(cx_blocks_cifar32 ?? {})) {
        expectCounts({ ...made, block: blocks[name] ?? 'single' }, contexts['cifar32'], expected);
        compared++;
      }
    }
    expect(compared).toBe(106 * 3 + 12 * 4);
  },
);

interface AnyNetCase {
  readonly in: {
    readonly block_type: string;
    readonly ds: number[];
    readonly ws: number[];
    readonly ss: number[];
    readonly bs: number[];
    readonly gs: number[];
    readonly ws_requested: number[];
    readonly gs_requested: number[];
    readonly se_r: number;
    readonly head_w: number;
  };
  readonly cx: Readonly<Record<string, GoldenCounts>>;
}

const anynet = readGolden<{ meta: { contexts: Contexts }; cases: AnyNetCase[] }>('anynet');

it.skipIf(anynet === undefined)(
  'all 60 published free networks are adjusted and counted exactly (skipped without the goldens)',
  () => {
    const cases = anynet?.cases ?? [];
    expect(cases).toHaveLength(60);
    for (const { in: given, cx } of cases) {
      const stages = given.ds.map((depth, i) =>
        adjustStage({
          depth,
          width: given.ws_requested[i] ?? 0,
          stride: given.ss[i] ?? 0,
          bottleneckRatio: 1 / (given.bs[i] ?? 1),
          groupWidth: given.gs_requested[i] ?? 0,
        }),
      );
      expect(stages.map(({ width }) => width)).toEqual(given.ws);
      expect(stages.map(({ groupWidth }) => groupWidth)).toEqual(given.gs);
      const block = blocks[given.block_type] ?? 'single';
      const made = network(stages, { block, seRatio: given.se_r, head: { width: given.head_w } });
      for (const [name, expected] of Object.entries(cx))
        expectCounts(made, anynet?.meta.contexts[name], expected);
    }
  },
);
