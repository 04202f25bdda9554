/** A recipe as it is kept with a trial, every key a plain value, and back. */
import type { RecipeRecord } from '@netspace/population/trial';
import { completeRecipe, recipeSchema, type Recipe } from '@netspace/train/recipe';

/** Lists become text: steps [0, 30, 60] are "0 30 60". */
export function recordRecipe(recipe: Recipe): RecipeRecord {
  return { ...recipe, steps: recipe.steps.join(' ') };
}

/** The recipe that was recorded. */
export function readRecipe(record: RecipeRecord): Recipe {
  const steps = String(record['steps'] ?? '0')
    .split(' ')
    .map(Number);
  return completeRecipe(recipeSchema.parse({ ...record, steps }));
}
