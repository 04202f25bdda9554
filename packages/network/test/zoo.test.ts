import { describe, expect, it } from 'vitest';
import { countComplexity } from '@netspace/network/complexity';
import type { InputShape, Network } from '@netspace/network/network';
import { findModel, zoo, ModelError } from '@netspace/network/zoo';
import { readGolden, type GoldenCounts } from './goldens.ts';
import { network } from './networks.ts';

describe('the published models', () => {
  it('are 24 RegNets, 3 ResNets and 3 ResNeXts', () => {
    expect(zoo).toHaveLength(30);
    expect(zoo.filter(({ parameters }) => parameters !== undefined)).toHaveLength(24);
    expect(new Set(zoo.map(({ name }) => name)).size).toBe(30);
  });

  it.each(zoo.map((model) => [model.name, model] as const))('%s has its published counts', (_, model) => {
    const input = { resolution: model.resolution, channels: 3, classes: 1000 };
    const { flops, params, activations } = model;
    expect(countComplexity(model.network, input)).toEqual({ flops, params, activations });
  });

  it('have the errors of the paper: 31.1 % for RegNetX-200MF, 23.2 % for ResNet-50', () => {
    expect(findModel('RegNetX-200MF').top1Error).toBeCloseTo(0.311, 3);
    expect(findModel('ResNet-50').top1Error).toBeCloseTo(0.232, 3);
  });

  it('follow the rule of thumb: params below 3 + 5.5 F million, F in G flops', () => {
    for (const { flops, params, parameters } of zoo)
      if (parameters !== undefined) expect(params / 1e6).toBeLessThan(3 + (5.5 * flops) / 1e9);
  });

  it('are found by name in upper or lower case', () => {
    expect(findModel('regnety-8.0gf').name).toBe('RegNetY-8.0GF');
  });

  it.each([
    ['RegNetX-200M', /"RegNetX-200M" is not a published model; did you mean RegNetX-200MF\?/],
    ['EfficientNet-B0', /EfficientNet-B0 cannot be written as stages/],
    ['', /"" is not a published model; allowed: RegNetX-200MF, /],
  ])('%s is not among them', (name, message) => {
    expect(() => findModel(name)).toThrow(ModelError);
    expect(() => findModel(name)).toThrow(message);
  });
});

interface GoldenModel {
  readonly flops: number;
  readonly params: number;
  readonly acts: number;
  readonly im_size: number;
  readonly num_classes: number;
  readonly top1_err?: number;
  readonly regnet?: Readonly<Record<string, number>>;
  readonly quantizer?: { readonly ds: number[]; readonly ws: number[]; readonly gs: number[] };
  readonly anynet?: {
    readonly stem_type: string;
    readonly stem_w: number;
    readonly block_type: string;
    readonly depths: number[];
    readonly widths: number[];
    readonly strides: number[];
    readonly bot_muls: number[];
    readonly group_ws: number[];
  };
}

const golden = readGolden<Record<'zoo' | 'archive', Record<string, GoldenModel>>>('zoo');

it.skipIf(golden === undefined)(
  'all published facts of the zoo are ours (skipped where the goldens are not beside the repository)',
  () => {
    const published = Object.entries(golden?.zoo ?? {}).filter(([name]) => !name.startsWith('EfficientNet'));
    expect(published).toHaveLength(30);
    for (const [name, expected] of published) {
      const model = findModel(name);
      const { flops, params, activations: acts, resolution, parameters } = model;
      const { stages } = model.network;
      expect({ flops, params, acts, im_size: resolution }).toEqual(pick(expected));
      expect(model.top1Error * 100).toBeCloseTo(expected.top1_err ?? NaN, 9);
      expect(stages.map(({ depth }) => depth)).toEqual(expected.quantizer?.ds ?? expected.anynet?.depths);
      expect(stages.map(({ width }) => width)).toEqual(expected.quantizer?.ws ?? expected.anynet?.widths);
      expect(stages.map((stage) => stage.groupWidth)).toEqual(
        expected.quantizer?.gs ?? expected.anynet?.group_ws,
      );
      if (expected.regnet !== undefined) {
        const { depth, w0, wa, wm, group_w: groupWidth, bot_mul, se_r: seRatio } = expected.regnet;
        const given = { depth, initialWidth: w0, widthSlope: wa, widthMultiplier: wm };
        expect(parameters).toEqual({ ...given, groupWidth, bottleneckRatio: 1 / (bot_mul ?? NaN), seRatio });
      }
    }
  },
);

it.skipIf(golden === undefined)(
  "the archive's free networks have their published counts (skipped without the goldens)",
  () => {
    const archived = Object.values(golden?.archive ?? {}).filter(({ anynet }) => anynet !== undefined);
    expect(archived).toHaveLength(15);
    for (const model of archived) {
      const input: InputShape = { resolution: model.im_size, channels: 3, classes: model.num_classes };
      const { flops, params, activations: acts } = countComplexity(archivedNetwork(model), input);
      expect({ flops, params, acts, im_size: model.im_size }).toEqual(pick(model));
    }
  },
);

function archivedNetwork({ anynet }: GoldenModel): Network {
  if (anynet === undefined) throw new Error('not a free network');
  const blocks = {
    vanilla_block: 'vanilla',
    res_basic_block: 'basic',
    res_bottleneck_block: 'bottleneck',
  } as const;
  return network(
    anynet.depths.map((depth, i) => ({
      depth,
      width: anynet.widths[i] ?? 0,
      stride: anynet.strides[i] ?? 0,
      bottleneckRatio: 1 / (anynet.bot_muls[i] ?? 1),
      groupWidth: anynet.group_ws[i] ?? 1,
    })),
    {
      stem: { kind: anynet.stem_type === 'res_stem_in' ? 'imagenet' : 'cifar', width: anynet.stem_w },
      block: blocks[anynet.block_type as keyof typeof blocks],
    },
  );
}

function pick({ flops, params, acts, im_size }: GoldenCounts & { im_size: number }) {
  return { flops, params, acts, im_size };
}
