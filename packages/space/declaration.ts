/** A design space as it is written, in YAML or JSON: the schema that files and plans are held against. */
import { suggest } from '@netspace/network/suggestion';
import { z } from 'zod';
import { ruleNames } from './rule.ts';
import type { Fail } from './source.ts';

const finite = z.number().min(-1e9).max(1e9);
const gridShape = { low: finite, high: finite, step: z.number().min(1e-6).max(1e9) };

const distributionSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('uniform'), ...gridShape }),
    z.strictObject({ kind: z.literal('log-uniform'), ...gridShape }),
    z.strictObject({ kind: z.literal('power2'), low: finite, high: finite }),
    z.strictObject({ kind: z.literal('power2-or-log-uniform'), ...gridShape }),
    z.strictObject({ kind: z.literal('normal'), ...gridShape }),
    z.strictObject({ kind: z.literal('log-normal'), ...gridShape }),
    z.strictObject({ kind: z.literal('choice'), values: z.array(finite).min(1).max(10_000) }),
  ])
  .describe('Values on the closed grid low, low + step, …, high, or a list of values.');

const dimensionSchema = z
  .union([finite, z.array(finite).min(1).max(10_000), distributionSchema])
  .describe('A distribution; a number stands for itself, a list for a uniform choice.');

const ruleSchema = z
  .union([
    z.enum(ruleNames),
    z.strictObject({
      rule: z.enum(ruleNames),
      limit: z.number().min(0).max(1e9).optional().describe('Of fit-error-at-most: the largest fit error.'),
      sentence: z.string().min(1).max(500).optional(),
    }),
  ])
  .describe('The name of a rule, or the rule with its limit or a sentence of your own.');

const stageCount = z.int().min(1).max(8);

const strideSchema = z.union([z.literal(1), z.literal(2)]);

export const dimensionNames = [
  'depth',
  'width',
  'bottleneckRatio',
  'groupWidth',
  'groups',
  'initialWidth',
  'widthSlope',
  'widthMultiplier',
] as const;

export type DimensionName = (typeof dimensionNames)[number];

const dimensionsSchema = z
  .strictObject({
    depth: dimensionSchema.optional().describe('Blocks of a stage (anynet) or of the network (regnet).'),
    width: dimensionSchema.optional().describe('anynet: channels of a stage.'),
    bottleneckRatio: dimensionSchema.optional().describe('b: the inner width of a block is width / b.'),
    groupWidth: dimensionSchema.optional().describe('g: channels in each group of the 3x3 convolution.'),
    groups: dimensionSchema
      .optional()
      .describe('Number of groups, in place of groupWidth; 1 is a plain convolution.'),
    initialWidth: dimensionSchema.optional().describe('regnet: w0, multiples of 8.'),
    widthSlope: dimensionSchema.optional().describe('regnet: wa, at least 0.'),
    widthMultiplier: dimensionSchema.optional().describe('regnet: wm, above 1.'),
  })
  .describe('What is drawn. A dimension that is given replaces the inherited one.');

export const declarationSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][\w.-]{0,99}$/i, 'a name is made of letters, digits, dots and dashes')
      .optional(),
    sentence: z.string().min(1).max(500).optional().describe('What the space is, in one sentence.'),
    extends: z.string().optional().describe('The built-in space from which all else is inherited.'),
    generator: z
      .enum(['anynet', 'regnet'])
      .optional()
      .describe('anynet: every stage is drawn; regnet: widths and depths come from (d, w0, wa, wm).'),
    stages: z
      .union([stageCount, z.strictObject({ low: stageCount, high: stageCount })])
      .optional()
      .describe('Number of stages, 1 to 8; a range for regnet only.'),
    stem: z
      .strictObject({ kind: z.enum(['simple', 'cifar', 'imagenet']), width: z.int().min(1).max(4096) })
      .optional(),
    strides: z
      .union([strideSchema, z.array(strideSchema).min(1).max(8)])
      .optional()
      .describe("Stride of each stage's first block: one for all, or one a stage."),
    block: z
      .enum(['bottleneck', 'linear-bottleneck', 'basic', 'vanilla', 'single', 'single-residual'])
      .optional(),
    seRatio: z.number().min(0).max(1).optional().describe('Width of squeeze-and-excitation; 0 for none.'),
    head: z.strictObject({ width: z.int().min(0).max(65_536) }).optional(),
    activation: z.enum(['relu', 'silu']).optional(),
    dimensions: dimensionsSchema.optional(),
    rules: z.array(ruleSchema).max(20).optional().describe('Rules beyond the inherited ones.'),
  })
  .describe('A design space of netspace.');

export type SpaceDeclaration = z.infer<typeof declarationSchema>;

/** The JSON Schema (draft 2020-12) of a declared space, for editors and validators. */
export function spaceJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(declarationSchema);
}

/** The keys that may stand at a place of a declaration. */
function allowedKeys(path: readonly PropertyKey[]): readonly string[] {
  const [first, second] = path;
  if (first === undefined) return Object.keys(declarationSchema.shape);
  if (first === 'dimensions')
    return second === undefined ? dimensionNames : ['kind', 'low', 'high', 'step', 'values'];
  if (first === 'rules') return ['rule', 'limit', 'sentence'];
  if (first === 'stem') return ['kind', 'width'];
  return first === 'stages' ? ['low', 'high'] : ['width'];
}

/** The value as a declaration; a mistake is told with its place and what is allowed there. */
export function checkDeclaration(value: unknown, fail: Fail): SpaceDeclaration {
  const parsed = declarationSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw describeIssue(parsed.error.issues[0], value, fail);
}

function describeIssue(
  issue: z.core.$ZodIssue | undefined,
  value: unknown,
  fail: Fail,
  at: readonly PropertyKey[] = [],
): Error {
  if (!issue) return fail([], 'this is not a space');
  const path = [...at, ...issue.path];
  const found = path.reduce<unknown>(
    (inner, step) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, step) : undefined),
    value,
  );
  if (issue.code === 'invalid_union') {
    // Of the alternatives the one of the written value's own kind says best what is wrong.
    const inner = issue.errors.flat().find((each) => each.code !== 'invalid_type');
    if (inner && typeof found === 'object') return describeIssue(inner, value, fail, path);
  }
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return fail(path, `unknown key ${key}${suggest(key, allowedKeys(path))}`, key);
  }
  if (path[0] === 'rules' && (typeof found === 'string' || path.at(-1) === 'rule'))
    return fail(path, `there is no rule ${JSON.stringify(found)}${suggest(String(found), ruleNames)}`);
  const message = issue.message
    .replace(/^Invalid input: expected /, 'must be a ')
    .replace(/^must be a (?=[aeiou])/, 'must be an ')
    .replace(/^Invalid /, 'invalid ');
  return fail(path, `${message}; it is ${JSON.stringify(found)?.slice(0, 60) ?? 'missing'}`);
}
