/** The recipe that networks are trained by where nobody gives one: that of the paper, fitted to the number and size of the images. */
import { completeRecipe, type Recipe, type RecipeDeclaration } from '@netspace/train/recipe';

/** Steps of an epoch without which batches are made smaller. */
const leastSteps = 50;

/**
 * SGD with a cosine schedule, rate 0.1 for batches of 128 and in proportion for smaller ones (Goyal et al., 2017), and crops that move an
 * image by an eighth of its side. Images are not mirrored: that makes other digits of digits. Small sets get small batches.
 */
export function searchRecipe(
  given: RecipeDeclaration | undefined,
  epochs: number,
  images: { readonly train: number; readonly resolution: number },
): Recipe {
  if (given) return completeRecipe({ ...given, epochs });
  const batchSize = batchSizeFor(images.train);
  return completeRecipe({
    extends: 'quick',
    epochs,
    batchSize,
    learningRate: (0.1 * batchSize) / 128,
    augmentation: { cropPadding: Math.max(1, Math.round(images.resolution / 8)) },
  });
}

function batchSizeFor(train: number): number {
  const fits = [128, 64, 32].find((size) => train / size >= leastSteps) ?? 16;
  return Math.min(fits, train);
}
