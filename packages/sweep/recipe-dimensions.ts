/**
 * Keys of a recipe that are drawn for each trial: Radosavovic et al., "On Network Design Spaces for Visual Recognition", 2019, draw
 * learning rate and weight decay log-uniformly.
 */
import { discretize, drawer } from '@netspace/stats/distribution';
import { random, type Random } from '@netspace/stats/random';
import { completeRecipe, RecipeError, recipeSchema, type Recipe } from '@netspace/train/recipe';
import { z } from 'zod';

/** Without a step every number from low to high, of a whole-number key every whole one; with a step low, low + step, … */
export interface NumericDimension {
  readonly kind: 'uniform' | 'log-uniform';
  readonly low: number;
  readonly high: number;
  readonly step?: number;
}

/** Each value as likely as the others. */
export interface ChoiceDimension {
  readonly kind: 'choice';
  readonly values: readonly unknown[];
}

export type RecipeDimension = NumericDimension | ChoiceDimension;

/**
 * A dimension of one's own: keys of the recipe made of a stream of random numbers, which is the trial's alone, and of the recipe so far.
 * What it yields must follow from these two, or a sweep that is planned again is another one.
 */
export type OwnDimension = (stream: Random, recipe: Recipe) => Partial<Recipe>;

export type RecipeDimensions = Readonly<Record<string, RecipeDimension>>;

const words =
  'must be { kind: uniform, low, high }, { kind: log-uniform, low, high }, each with a step if it has one, or { kind: choice, values }';

const numeric = { low: z.number(), high: z.number(), step: z.number().positive().optional() };
const dimensionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('uniform'), ...numeric }),
  z.strictObject({ kind: z.literal('log-uniform'), ...numeric }),
  z.strictObject({ kind: z.literal('choice'), values: z.array(z.unknown()).min(1) }),
]);

const keySchemas: Readonly<Record<string, z.ZodOptional>> = recipeSchema.shape;

/**
 * The values of a plan's recipe that stand for many: a mapping with a kind, or a list of choices. Unknown keys are left to the recipe's
 * own reader, and so are what an augmentation and `steps` have as plain values.
 */
export function isDimension(key: string, value: unknown): boolean {
  if (!Object.hasOwn(keySchemas, key) || typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return key !== 'steps';
  return key !== 'augmentation' || 'kind' in value;
}

/** Reads the dimension of a key; throws `fail` of what is wrong with it. */
export function readDimension(
  key: string,
  value: unknown,
  fail: (message: string) => Error,
): RecipeDimension {
  if (key === 'extends') throw fail('cannot be drawn; draw the keys that the recipes differ in');
  const parsed = dimensionSchema.safeParse(Array.isArray(value) ? { kind: 'choice', values: value } : value);
  if (!parsed.success) throw fail(`${words}; it is ${JSON.stringify(value)}`);
  const { data } = parsed;
  if (data.kind === 'choice') {
    for (const each of data.values) checkValue(key, each, fail);
    return data;
  }
  const { step, ...range } = data;
  checkRange(key, data, fail);
  return step === undefined ? range : { ...range, step };
}

function checkRange(
  key: string,
  { kind, low, high, step }: z.infer<(typeof dimensionSchema)['options'][0 | 1]>,
  fail: (message: string) => Error,
): void {
  if (numberSchema(key) === undefined)
    throw fail(
      `has no numbers to draw by ${kind}; name its values, as { kind: choice, values: [${examples(key)}] }`,
    );
  if (low >= high) throw fail(`low ${low} must be below high ${high}`);
  if (kind === 'log-uniform' && low <= 0)
    throw fail(`low ${low} must be above 0 for log-uniform; draw it by uniform, or begin higher`);
  for (const end of [low, high]) checkValue(key, end, fail);
  if (step !== undefined && isWhole(key) && !Number.isInteger(step))
    throw fail(`step ${step} leads to values that are not whole; leave it out, or make it a whole number`);
}

function checkValue(key: string, value: unknown, fail: (message: string) => Error): void {
  const parsed = keySchemas[key]?.safeParse(value);
  if (value !== undefined && parsed?.success) return;
  const [issue] = parsed?.error?.issues ?? [];
  throw fail(`${JSON.stringify(value)} is not a value it may have (${issue?.message ?? 'it is missing'})`);
}

/** The lowest, or the first, of each: a recipe that may be drawn. */
export function firstValues(dimensions: RecipeDimensions): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(dimensions).map(([key, each]) => [
      key,
      each.kind === 'choice' ? each.values[0] : each.low,
    ]),
  );
}

/** The distributions that a key of the recipe may have instead of a value, as JSON Schemas; none for a key that cannot be drawn. */
export function dimensionJsonSchemas(key: string): readonly object[] {
  const schema = keySchemas[key];
  if (key === 'extends' || schema === undefined) return [];
  const { $schema: _, ...value } = z.toJSONSchema(schema.unwrap() as z.ZodType, { io: 'input' });
  const values = { type: 'array', items: value, minItems: 1 };
  const kinds = numberSchema(key) === undefined ? [] : ['uniform', 'log-uniform'];
  const { $schema: __, oneOf: options = [] } = z.toJSONSchema(dimensionSchema);
  return [
    ...(key === 'steps' ? [] : [values]),
    {
      type: 'object',
      properties: { kind: { const: 'choice' }, values },
      required: ['kind', 'values'],
      additionalProperties: false,
    },
    ...options.filter(({ properties }) => kinds.includes(String(Object(properties?.['kind']).const))),
  ];
}

/** Makes a trial's recipe from its place in the plan, from 0; every key has a stream of its own, so one more key moves no other. */
export function recipeSampler(
  base: Recipe,
  dimensions: RecipeDimensions | undefined,
  planSeed: number,
  own: Readonly<Record<string, OwnDimension>> = {},
): (index: number) => Recipe {
  const draws = Object.entries(dimensions ?? {}).map(([key, each]) => [key, drawerOf(key, each)] as const);
  const ownDraws = Object.entries(own);
  if (draws.length + ownDraws.length === 0) return () => base;
  const root = random(planSeed).fork('recipe');
  return (index) => {
    const stream = root.fork(String(index));
    const drawn = draws.map(([key, draw]) => [key, draw(stream.fork(key))]);
    const recipe = checkedRecipe({ ...base, ...Object.fromEntries(drawn) });
    return ownDraws.reduce(
      (sofar, [name, draw]) => checkedRecipe({ ...sofar, ...draw(stream.fork(`own ${name}`), sofar) }, name),
      recipe,
    );
  };
}

function checkedRecipe(recipe: Recipe, dimension?: string): Recipe {
  const parsed = recipeSchema.safeParse(recipe);
  if (parsed.success) return completeRecipe(parsed.data);
  const [issue] = parsed.error.issues;
  const of = dimension === undefined ? '' : `of the dimension ${dimension}: `;
  throw new RecipeError(`${of}${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is no recipe'}`);
}

function drawerOf(key: string, dimension: RecipeDimension): (stream: Random) => unknown {
  if (dimension.kind === 'choice') {
    const { values } = dimension;
    return (stream) => values[stream.below(values.length)];
  }
  const { kind, low, high } = dimension;
  const step = dimension.step ?? (isWhole(key) ? 1 : undefined);
  if (step !== undefined) return drawer(discretize({ kind, low, high, step }));
  return (stream) => {
    const share = stream.next();
    const value = kind === 'uniform' ? low + share * (high - low) : low * (high / low) ** share;
    // Six digits, to be read and written down; they must not lead out of the range.
    return Math.min(high, Math.max(low, Number(value.toPrecision(6))));
  };
}

function numberSchema(key: string): z.ZodNumber | undefined {
  const inner = keySchemas[key]?.unwrap();
  return inner instanceof z.ZodNumber ? inner : undefined;
}

function isWhole(key: string): boolean {
  return numberSchema(key)?.isInt === true;
}

/** A few values of a key that has no numbers. */
function examples(key: string): string {
  const inner = keySchemas[key]?.unwrap();
  if (inner instanceof z.ZodBoolean) return 'true, false';
  if (inner instanceof z.ZodEnum) return inner.options.join(', ');
  return key === 'steps' ? '[0, 3], [0, 5]' : 'none, flip';
}
