/** Batches of normalised images: an epoch's order and augmentation from (seed, epoch), evaluation in the set's own order. */
import { permutation, random } from '@netspace/stats/random';
import { type Augmentation, changeOf, drawChanges, padding } from './augmentation.ts';
import type { ImageSet } from './dataset.ts';
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
  const order = epochOrder(set.count, seed, epoch);
  const stream = random(seed).fork(`data/augmentation/epoch ${epoch}`);
  const changes = drawChanges(augmentation, set.count, stream);
  return cutBatches(options, order.subarray(0, set.count - (set.count % batchSize)), changes);
}

/** All images of the set in its own order, unchanged; the last batch may be smaller. */
export function evaluationBatches(options: EvaluationBatchOptions): Iterable<Batch> {
  const { set } = options;
  checkBatch(options);
  const order = Int32Array.from({ length: set.count }, (_, i) => i);
  return cutBatches(options, order, drawChanges('none', set.count, random('')));
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
  options: EvaluationBatchOptions,
  order: Int32Array,
  changes: Uint8Array,
): Generator<Batch> {
  const table = normalizationTable(options);
  for (let start = 0; start < order.length; start += options.batchSize)
    yield makeBatch(options.set, order.subarray(start, start + options.batchSize), changes, table);
}

function makeBatch(set: ImageSet, indices: Int32Array, changes: Uint8Array, table: Float32Array): Batch {
  const size = set.resolution * set.resolution * set.channels;
  const images = new Float32Array(indices.length * size);
  const labels = new Int32Array(indices.length);
  for (const [place, index] of indices.entries()) {
    labels[place] = set.labels[index] ?? 0;
    const target = images.subarray(place * size, (place + 1) * size);
    drawImage(set, index, changes[index] ?? 0, table, target);
  }
  return { images, labels, count: indices.length };
}

/**
 * Mirrors, moves and normalises one image. As in pycls the padding comes after the normalisation:
 * it is 0, the mean colour, which `target` holds from the start.
 */
function drawImage(
  set: ImageSet,
  index: number,
  code: number,
  table: Float32Array,
  target: Float32Array,
): void {
  const { images, resolution, channels } = set;
  const { flip, top, left } = changeOf(code);
  const firstColumn = Math.max(0, padding - left);
  const columns = resolution - Math.abs(padding - left);
  for (let y = Math.max(0, padding - top); y < Math.min(resolution, resolution + padding - top); y++) {
    const row = (index * resolution + y + top - padding) * resolution;
    const column = firstColumn + left - padding;
    let from = (row + (flip ? resolution - 1 - column : column)) * channels;
    let to = (y * resolution + firstColumn) * channels;
    for (let x = 0; x < columns; x++) {
      for (let channel = 0; channel < channels; channel++)
        target[to + channel] = table[channel * 256 + (images[from + channel] ?? 0)] ?? 0;
      to += channels;
      from += flip ? -channels : channels;
    }
  }
}
