/** A recipe as it is kept with a trial, every key a plain value, and back. */
import type { RecipeRecord } from '@netspace/population/trial';
import { completeRecipe, recipeSchema, type Recipe } from '@netspace/train/recipe';

/** Lists become text: steps [0, 30, 60] are "0 30 60"; an augmentation without a name becomes its JSON. */
export function recordRecipe(recipe: Recipe): RecipeRecord {
  const { augmentation } = recipe;
  return {
    ...recipe,
    steps: recipe.steps.join(' '),
    augmentation: typeof augmentation === 'string' ? augmentation : JSON.stringify(augmentation),
  };
}

/** The recipe that was recorded. */
export function readRecipe(record: RecipeRecord): Recipe {
  const steps = String(record['steps'] ?? '0')
    .split(' ')
    .map(Number);
  const { augmentation } = record;
  const settings =
    typeof augmentation === 'string' && augmentation.startsWith('{')
      ? { augmentation: JSON.parse(augmentation) as unknown }
      : {};
  return completeRecipe(recipeSchema.parse({ ...record, steps, ...settings }));
}
