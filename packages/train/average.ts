/** How fast the average of the weights follows them. */
import type { Recipe } from './recipe.ts';

export interface StepPlace {
  /** Counted from 1. */
  readonly epoch: number;
  /** Inside the epoch, counted from 1. */
  readonly step: number;
}

/**
 * The share by which the average moves after a step; undefined where it rests. As pycls: after the first step of an epoch and each
 * `emaEvery`th one from there, by min(1, emaAlpha · batch / epochs · emaEvery), which hardly depends on the other keys; during the
 * warm-up it is a plain copy.
 */
export function averageShare(recipe: Recipe, { epoch, step }: StepPlace): number | undefined {
  const { emaAlpha, emaEvery, batchSize, epochs, warmupEpochs } = recipe;
  if (!(emaAlpha > 0) || (step - 1) % emaEvery !== 0) return undefined;
  return epoch - 1 < warmupEpochs ? 1 : Math.min(1, ((emaAlpha * batchSize) / epochs) * emaEvery);
}
