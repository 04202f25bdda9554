/** Reads a network out of a pycls configuration: its ANYNET section, or REGNET where the model is one. */
import { generateRegNet } from '@netspace/network/regnet';
import { z } from 'zod';
import { PopulationError } from './population-error.ts';

const numbers = z.array(z.number());

/** What both sections have in common, with pycls' own defaults. */
const common = {
  BLOCK_TYPE: z.string().default('res_bottleneck_block'),
  STEM_TYPE: z.string().default('simple_stem_in'),
  STEM_W: z.number().default(32),
  HEAD_W: z.number().default(0),
  SE_ON: z.boolean().default(false),
  SE_R: z.number().default(0.25),
};
const anynet = z.looseObject({
  ...common,
  DEPTHS: numbers.min(1),
  WIDTHS: numbers,
  STRIDES: numbers,
  BOT_MULS: numbers.default([]),
  GROUP_WS: numbers.default([]),
});
const regnet = z.looseObject({
  ...common,
  DEPTH: z.number(),
  W0: z.number(),
  WA: z.number(),
  WM: z.number(),
  GROUP_W: z.number(),
  BOT_MUL: z.number().default(1),
  STRIDE: z.number().default(2),
});

/** The parts of a configuration that make its network. */
export const modelSchema = z.looseObject({
  DESC: z.string().optional(),
  MODEL: z.looseObject({ TYPE: z.string(), ACTIVATION_FUN: z.string().default('relu') }),
  ANYNET: z.unknown().optional(),
  REGNET: z.unknown().optional(),
});
export type PyclsModel = z.infer<typeof modelSchema>;

const blocks = {
  res_bottleneck_block: 'bottleneck',
  res_bottleneck_linear_block: 'linear-bottleneck',
  res_basic_block: 'basic',
  vanilla_block: 'vanilla',
} as const;
const stems = { simple_stem_in: 'simple', res_stem_cifar: 'cifar', res_stem_in: 'imagenet' } as const;

/** The network in our own words, still to be checked by whoever parses it. */
export function readModel(model: PyclsModel, where: string): unknown {
  if (model.MODEL.TYPE === 'anynet') return readAnyNet(model, where);
  if (model.MODEL.TYPE === 'regnet') return readRegNet(model, where);
  throw new PopulationError(
    `${where}: MODEL.TYPE is ${model.MODEL.TYPE}; only anynet and regnet can be read`,
  );
}

function readAnyNet(model: PyclsModel, where: string): unknown {
  const section = readSection(anynet, model.ANYNET, `${where}: ANYNET`);
  const { DEPTHS, WIDTHS, STRIDES, BOT_MULS, GROUP_WS } = section;
  for (const [name, list] of Object.entries({ WIDTHS, STRIDES, BOT_MULS, GROUP_WS }))
    if (list.length !== DEPTHS.length && !(list.length === 0 && name.match(/^(BOT_MULS|GROUP_WS)$/)))
      throw new PopulationError(
        `${where}: ANYNET.${name} has ${list.length} values for ${DEPTHS.length} stages`,
      );
  const stages = DEPTHS.map((depth, i) => {
    const [multiplier, groupWidth] = [BOT_MULS[i], GROUP_WS[i]];
    return {
      depth,
      width: WIDTHS[i],
      stride: STRIDES[i],
      ...(multiplier === undefined ? {} : { bottleneckRatio: 1 / multiplier }),
      ...(groupWidth === undefined ? {} : { groupWidth }),
    };
  });
  return { stages, ...readCommon(section, model, `${where}: ANYNET`) };
}

function readRegNet(model: PyclsModel, where: string): unknown {
  const section = readSection(regnet, model.REGNET, `${where}: REGNET`);
  const parameters = {
    depth: section.DEPTH,
    initialWidth: section.W0,
    widthSlope: section.WA,
    widthMultiplier: section.WM,
    groupWidth: section.GROUP_W,
    bottleneckRatio: 1 / section.BOT_MUL,
    stride: section.STRIDE,
  };
  return { ...generateRegNet(parameters), ...readCommon(section, model, `${where}: REGNET`) };
}

function readCommon(section: z.infer<z.ZodObject<typeof common>>, model: PyclsModel, where: string) {
  return {
    stem: { kind: translate(stems, section.STEM_TYPE, `${where}.STEM_TYPE`), width: section.STEM_W },
    block: translate(blocks, section.BLOCK_TYPE, `${where}.BLOCK_TYPE`),
    seRatio: section.SE_ON ? section.SE_R : 0,
    head: { width: section.HEAD_W },
    activation: model.MODEL.ACTIVATION_FUN === 'swish' ? 'silu' : model.MODEL.ACTIVATION_FUN,
  };
}

function translate(names: Readonly<Record<string, string>>, name: string, where: string): string {
  if (Object.hasOwn(names, name)) return names[name] ?? name;
  throw new PopulationError(`${where} is ${name}; only ${Object.keys(names).join(', ')} can be read`);
}

function readSection<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new PopulationError(
    `${where}.${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'is wrong'}`,
  );
}

const sampledKeys = {
  'REGNET.DEPTH': 'depth',
  'REGNET.W0': 'initialWidth',
  'REGNET.WA': 'widthSlope',
  'REGNET.WM': 'widthMultiplier',
} as const;

/**
 * The parameters that the RegNet generator was sampled with, if it was. Its networks arrive as ANYNET sections,
 * and REGNET holds defaults in every configuration: only DESC tells what was sampled.
 */
export function readGenerator({ DESC = '' }: PyclsModel): Record<string, number> | undefined {
  const words = DESC.trim().split(/\s+/);
  const found: Record<string, number> = {};
  for (const [key, name] of Object.entries(sampledKeys)) {
    const value = Number(words[words.indexOf(key) + 1]);
    if (!words.includes(key) || !Number.isFinite(value)) return undefined;
    found[name] = value;
  }
  return found;
}
