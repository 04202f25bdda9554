/** Batches of normalised images: an epoch's order and augmentation from (seed, epoch), evaluation in the set's own order. */
import { permutation, random } from '@netspace/stats/random';
import { type Augmentation, type Changes, checkAugmentation, drawChanges } from './augmentation.ts';
import type { ImageSet } from './dataset.ts';
import { drawImage, type Easel } from './easel.ts';
import { normalizationTable } from './normalization.ts';

export interface Batch {
  /** [batch, height, width, channel], each pixel (value - mean) / deviation. Memory of its own: it may be kept. */
  readonly images: Float32Array;
  /** Class of each image. */
  readonly labels: Int32Array;
  /** Images in this batch. */
  readonly count: number;
}

export interface EvaluationBatchOptions {
  readonly set: ImageSet;
  /** A value a channel, in units of 0 to 255. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** Images a batch, at least 1. */
  readonly batchSize: number;
}

export interface TrainingBatchOptions extends EvaluationBatchOptions {
  readonly seed: number | string;
  /** Any whole number; the same one gives the same order and the same augmentation. */
  readonly epoch: number;
  readonly augmentation: Augmentation;
}

/** A batch that cannot be made; `code` is `batch`. */
export class BatchError extends Error {
  readonly code = 'batch';
}

/** The indices 0 to count - 1 in the order in which an epoch meets them. */
export function epochOrder(count: number, seed: number | string, epoch: number): Int32Array {
  return permutation(count, random(seed).fork(`data/order/epoch ${epoch}`));
}

/**
 * The batches of one epoch. The last one is left out where it would not be full, as pycls does:
 * every step sees batchSize images. An image's augmentation depends on (seed, epoch, its index) alone.
 */
export function trainingBatches(options: TrainingBatchOptions): Iterable<Batch> {
  const { set, seed, epoch, augmentation, batchSize } = options;
  checkBatch(options);
  if (batchSize > set.count)
    throw new BatchError(
      `a batch of ${batchSize} images cannot be filled from ${set.count} training images; use a batch size of at most ${set.count}`,
    );
  checkAugmentation(augmentation, set.channels);
  const order = epochOrder(set.count, seed, epoch);
  const changes = drawChanges(augmentation, set.count, set.resolution, (kind) =>
    random(seed).fork(`data/${kind}/epoch ${epoch}`),
  );
  return cutBatches(options, order.subarray(0, set.count - (set.count % batchSize)), changes);
}

/** All images of the set in its own order, unchanged; the last batch may be smaller. */
export function evaluationBatches(options: EvaluationBatchOptions): Iterable<Batch> {
  const { set } = options;
  checkBatch(options);
  const order = Int32Array.from({ length: set.count }, (_, i) => i);
  return cutBatches(options, order, drawChanges('none', set.count, set.resolution, random));
}

function checkBatch({ set, mean, deviation, batchSize }: EvaluationBatchOptions): void {
  if (!(Number.isInteger(batchSize) && batchSize >= 1))
    throw new BatchError(`batch size ${batchSize}: it must be a whole number of images, at least 1`);
  for (const [name, values] of Object.entries({ mean, deviation }))
    if (values.length !== set.channels)
      throw new BatchError(
        `${name} has ${values.length} values for images of ${set.channels} channels; give one a channel`,
      );
}

function* cutBatches(
  { set, mean, deviation, batchSize }: EvaluationBatchOptions,
  order: Int32Array,
  changes: Changes,
): Generator<Batch> {
  const table = normalizationTable({ mean, deviation });
  const sketch = new Float32Array(set.resolution * set.resolution * set.channels);
  const easel: Easel = { set, changes, table, mean, deviation, sketch };
  for (let start = 0; start < order.length; start += batchSize)
    yield makeBatch(easel, order.subarray(start, start + batchSize));
}

function makeBatch(easel: Easel, indices: Int32Array): Batch {
  const { set, sketch } = easel;
  const images = new Float32Array(indices.length * sketch.length);
  const labels = new Int32Array(indices.length);
  for (let place = 0; place < indices.length; place++) {
    const index = indices[place] ?? 0;
    const start = place * sketch.length;
    labels[place] = set.labels[index] ?? 0;
    drawImage(easel, index, images, start);
  }
  return { images, labels, count: indices.length };
}
