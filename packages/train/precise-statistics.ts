/**
 * Statistics for evaluation from many images and the weights of one moment, instead of a moving average over moments.
 *
 * As pycls: the means of the batches' means and unbiased variances. Images are not augmented, mixed or masked, since those that are
 * evaluated are not either (pycls takes its training images as they come).
 */
import { trainingBatches } from '@netspace/data/batches';
import type { TrainingData } from '@netspace/data/dataset';
import type { Recipe } from './recipe.ts';
import type { Trainer } from './trainer.ts';
import type { ModelCopy } from './training-state.ts';

export interface PreciseOptions {
  readonly recipe: Recipe;
  readonly data: TrainingData;
  readonly seed: number;
  /** The images are the first that this epoch met. */
  readonly epoch: number;
}

/** Replaces the running statistics of a copy. */
export function settleStatistics(trainer: Trainer, options: PreciseOptions, copy: ModelCopy): void {
  const { recipe, data, seed, epoch } = options;
  const batchSize = recipe.batchSize;
  const wanted = Math.min(recipe.preciseBatchNormImages, data.train.count);
  const count = Math.floor(wanted / batchSize);
  const { mean, deviation, train: set } = data;
  let batch = 0;
  let sums = new Float64Array(0);
  for (const { images } of trainingBatches({
    set,
    mean,
    deviation,
    batchSize,
    seed,
    epoch,
    augmentation: 'none',
  })) {
    if (batch === count) break;
    const measured = trainer.measureStatistics(images, copy);
    if (batch === 0) sums = new Float64Array(measured.length);
    measured.forEach((value, i) => (sums[i] = (sums[i] ?? 0) + value));
    batch++;
  }
  trainer.writeStatistics(
    Float32Array.from(sums, (sum) => sum / count),
    copy,
  );
}
