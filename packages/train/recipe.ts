/** How a network is trained: optimizer, schedule, length. Read from YAML or JSON, or known by name. */
import { type Augmentation, augmentationNames, canonicalAugmentation } from '@netspace/data/augmentation';
import { suggest } from '@netspace/network/suggestion';
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import type { Schedule, SchedulePolicy } from './schedule.ts';

export interface Recipe {
  readonly epochs: number;
  /** Images a step. */
  readonly batchSize: number;
  readonly optimizer: 'sgd';
  readonly momentum: number;
  readonly nesterov: boolean;
  /** Base learning rate for this batch size. */
  readonly learningRate: number;
  readonly schedule: SchedulePolicy;
  /** Least learning rate as a fraction of the base. */
  readonly minLearningRate: number;
  readonly warmupEpochs: number;
  /** Fraction of the learning rate at the start of the warm-up. */
  readonly warmupFactor: number;
  /** Epochs, the first of them 0, at which the schedule `steps` multiplies the rate by `stepFactor`. */
  readonly steps: readonly number[];
  readonly stepFactor: number;
  /** L2 added to the gradient of convolution and linear weights. */
  readonly weightDecay: number;
  /** The same for gamma and beta of batch norms. */
  readonly batchNormWeightDecay: number;
  /** The same for biases. */
  readonly biasWeightDecay: number;
  readonly labelSmoothing: number;
  readonly augmentation: Augmentation;
}

/** A recipe that cannot be followed. */
export class RecipeError extends Error {
  readonly code = 'RECIPE';
}

const paper = {
  epochs: 10,
  batchSize: 128,
  optimizer: 'sgd',
  momentum: 0.9,
  nesterov: false,
  learningRate: 0.05,
  schedule: 'cos',
  minLearningRate: 0,
  warmupEpochs: 0,
  warmupFactor: 0.1,
  steps: [0],
  stepFactor: 0.1,
  weightDecay: 5e-5,
  batchNormWeightDecay: 0,
  biasWeightDecay: 5e-5,
  labelSmoothing: 0,
  augmentation: 'none',
} as const satisfies Recipe;

/** The recipes that are known by name; the first is the default. */
export const namedRecipes: Readonly<Record<string, Recipe>> = {
  /** To see a curve within a minute. */
  quick: { ...paper, epochs: 3, learningRate: 0.1 },
  /** To compare spaces on small images. */
  short: { ...paper, epochs: 5, learningRate: 0.1, augmentation: 'flip' },
  /** Section 3.1 of "Designing Network Design Spaces": the low-compute, low-epoch regime. */
  'paper-10-epochs': { ...paper, augmentation: 'flip-crop' },
  /** Section 4 of the same: 25 epochs, rate 0.1. */
  'paper-25-epochs': { ...paper, epochs: 25, learningRate: 0.1, augmentation: 'flip-crop' },
};

const fraction = z.number().min(0).max(1);

const augmentationWords = `must be ${augmentationNames.join(', ')}, or some of { flip: true, cropPadding: 4, cutout: 8, colorJitter: 0.2 }: pixels from 0 to 512, jitter from 0 to 1`;
const augmentationPixels = z
  .int(augmentationWords)
  .min(0, augmentationWords)
  .max(512, augmentationWords)
  .optional();

const augmentationSchema = z.union(
  [
    z.enum(augmentationNames),
    z.strictObject({
      flip: z.boolean(augmentationWords).optional(),
      cropPadding: augmentationPixels,
      cutout: augmentationPixels,
      colorJitter: z.number(augmentationWords).min(0, augmentationWords).max(1, augmentationWords).optional(),
    }),
  ],
  augmentationWords,
);

/** A recipe with every key optional; `extends` names the recipe that fills the gaps. Unknown keys are refused. */
export const recipeSchema = z.strictObject({
  extends: z.enum(Object.keys(namedRecipes) as [string, ...string[]]).optional(),
  epochs: z.int().min(1).max(10_000).optional(),
  batchSize: z.int().min(1).max(65_536).optional(),
  optimizer: z.literal('sgd').optional(),
  momentum: z.number().min(0).lt(1).optional(),
  nesterov: z.boolean().optional(),
  learningRate: z.number().positive().max(1000).optional(),
  schedule: z.enum(['cos', 'linear', 'exp', 'steps']).optional(),
  minLearningRate: fraction.optional(),
  warmupEpochs: z.number().min(0).optional(),
  warmupFactor: fraction.optional(),
  steps: z.array(z.int().min(0)).min(1).optional(),
  stepFactor: z.number().positive().max(1).optional(),
  weightDecay: z.number().min(0).max(1).optional(),
  batchNormWeightDecay: z.number().min(0).max(1).optional(),
  biasWeightDecay: z.number().min(0).max(1).optional(),
  labelSmoothing: z.number().min(0).lt(1).optional(),
  augmentation: augmentationSchema.optional(),
});

export type RecipeDeclaration = z.infer<typeof recipeSchema>;

/** Fills a checked declaration's gaps from the recipe it extends (`quick` when it names none). */
export function completeRecipe(declaration: RecipeDeclaration): Recipe {
  const { extends: base = 'quick', ...own } = declaration;
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  const completed = { ...(namedRecipes[base] ?? paper), ...given } as Recipe;
  const recipe = { ...completed, augmentation: canonicalAugmentation(completed.augmentation) };
  checkSchedule(recipe);
  return recipe;
}

/** Reads a recipe in YAML or JSON; a mistake is named with the source, the line, and the nearest right key. */
export function parseRecipe(text: string, source: string): Recipe {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [mistake] = document.errors;
  if (mistake !== undefined)
    throw new RecipeError(
      `${source}, line ${lines.linePos(mistake.pos[0]).line}: ${mistake.message.split('\n', 1)[0]}`,
    );
  const parsed = recipeSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return completeRecipe(parsed.data);
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const key = String(issue?.path[0] ?? unknown ?? '');
  const place = `${source}${lineOf(document, lines, key)}`;
  if (unknown === undefined)
    throw new RecipeError(`${place}: ${key || 'a recipe'}: ${issue?.message ?? 'not a recipe'}`);
  if (key !== unknown)
    throw new RecipeError(`${place}: ${key}: unknown key ${unknown}; it ${augmentationWords}`);
  throw new RecipeError(`${place}: unknown key ${key}${suggest(key, Object.keys(recipeSchema.shape))}`);
}

/** `, line 3`: where a key of the top level stands. */
function lineOf(document: Document.Parsed, lines: LineCounter, key: string): string {
  if (!isMap(document.contents)) return '';
  const pair = document.contents.items.find((item) => isScalar(item.key) && item.key.value === key);
  const start = isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
  return start === undefined ? '' : `, line ${lines.linePos(start).line}`;
}

export function scheduleOf(recipe: Recipe): Schedule {
  return { ...recipe, policy: recipe.schedule };
}

function checkSchedule(recipe: Recipe): void {
  if (recipe.schedule === 'exp' && recipe.minLearningRate === 0)
    throw new RecipeError('schedule exp: minLearningRate must be above 0, since the rate falls towards it');
  if (recipe.schedule === 'steps' && recipe.steps[0] !== 0)
    throw new RecipeError(`schedule steps: the first step is ${recipe.steps[0]}; it must be 0`);
  if (recipe.warmupEpochs > recipe.epochs)
    throw new RecipeError(
      `warmupEpochs ${recipe.warmupEpochs} is more than epochs ${recipe.epochs}; make it at most ${recipe.epochs}`,
    );
}
