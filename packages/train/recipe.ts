/** How a network is trained: optimizer, schedule, length, regularisation. RECIPES.md explains each key. */
import { type Augmentation, augmentationNames, canonicalAugmentation } from '@netspace/data/augmentation';
import { z } from 'zod';
import type { Schedule, SchedulePolicy } from './schedule.ts';

/** Each as PyTorch defines it. */
export type OptimizerKind = 'sgd' | 'adam' | 'adamw';

export interface Recipe {
  readonly epochs: number;
  /** Images a step. */
  readonly batchSize: number;
  readonly optimizer: OptimizerKind;
  /** Of `sgd`. */
  readonly momentum: number;
  readonly nesterov: boolean;
  /** Of `adam` and `adamw`: decay of the mean of gradients, of the mean of their squares, and what is added to the root of the latter. */
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** The gradients of all parameters as one vector are shortened to this norm; 0 for off. */
  readonly clipNorm: number;
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
  /** Of convolution and linear weights: L2 added to the gradient; `adamw` takes the same share times the rate off the weights themselves. */
  readonly weightDecay: number;
  /** The same for gamma and beta of batch norms. */
  readonly batchNormWeightDecay: number;
  /** The same for biases. */
  readonly biasWeightDecay: number;
  /** The gamma of the last batch norm of each residual branch starts at 0 instead of 1. */
  readonly zeroInitGamma: boolean;
  /** After each epoch the running statistics are measured anew with so many training images, rounded down to whole batches; 0 for off. */
  readonly preciseBatchNormImages: number;
  /** How fast an average of the weights follows them: its share of a step is emaAlpha · batchSize / epochs · emaEvery; 0 for no average. */
  readonly emaAlpha: number;
  /** Steps between two moves of the average. */
  readonly emaEvery: number;
  readonly labelSmoothing: number;
  /** Images are mixed in pairs, with one share a batch from Beta(mixup, mixup); 0 for off. */
  readonly mixup: number;
  /** Probability that a channel before the linear layer is 0 in a step. */
  readonly dropout: number;
  /** Probability that an image passes the last block's residual branch by; it grows from 0 at the first block. */
  readonly dropConnect: number;
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
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  clipNorm: 0,
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
  zeroInitGamma: false,
  preciseBatchNormImages: 0,
  emaAlpha: 0,
  emaEvery: 32,
  labelSmoothing: 0,
  mixup: 0,
  dropout: 0,
  dropConnect: 0,
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

/** What may stand for an augmentation, for errors. */
export const augmentationWords = `must be ${augmentationNames.join(', ')}, or some of { flip: true, cropPadding: 4, cutout: 8, colorJitter: 0.2 }: pixels from 0 to 512, jitter from 0 to 1`;
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
  optimizer: z.enum(['sgd', 'adam', 'adamw']).optional(),
  momentum: z.number().min(0).lt(1).optional(),
  nesterov: z.boolean().optional(),
  beta1: z.number().min(0).lt(1).optional(),
  beta2: z.number().min(0).lt(1).optional(),
  epsilon: z.number().positive().max(1).optional(),
  clipNorm: z.number().min(0).optional(),
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
  zeroInitGamma: z.boolean().optional(),
  preciseBatchNormImages: z.int().min(0).optional(),
  emaAlpha: z.number().min(0).optional(),
  emaEvery: z.int().min(1).optional(),
  labelSmoothing: z.number().min(0).lt(1).optional(),
  mixup: z.number().min(0).max(100).optional(),
  dropout: z.number().min(0).lt(1).optional(),
  dropConnect: z.number().min(0).lt(1).optional(),
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
  checkOptimizer(recipe);
  checkStatistics(recipe);
  return recipe;
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

function checkOptimizer({ optimizer, nesterov }: Recipe): void {
  if (nesterov && optimizer !== 'sgd')
    throw new RecipeError(`optimizer ${optimizer}: nesterov is a momentum of sgd; leave it out`);
}

function checkStatistics({ preciseBatchNormImages: images, batchSize }: Recipe): void {
  if (images > 0 && images < batchSize)
    throw new RecipeError(
      `preciseBatchNormImages ${images}: it is less than a batch; make it 0, or at least ${batchSize}`,
    );
}
