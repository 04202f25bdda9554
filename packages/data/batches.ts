/** Batches of normalised images: an epoch's order and augmentation from (seed, epoch), evaluation in the set's own order. */
import { permutation, random } from '@netspace/stats/random';
import {
  type Augmentation,
  type Changes,
  checkAugmentation,
  drawChanges,
  flipOf,
  leftOf,
  placeAsItIs,
  topOf,
} from './augmentation.ts';
import { jitterColors } from './color-jitter.ts';
import type { ImageSet } from './dataset.ts';
import { normalizationTable, spreadOf } from './normalization.ts';

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

/** What the images of an epoch are drawn with: made once, so that an image allocates nothing. */
interface Easel {
  readonly set: ImageSet;
  readonly changes: Changes;
  /** [channel, 256], see `normalizationTable`. */
  readonly table: Float32Array;
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** One image as [height, width, channel] in its changed colours, normalised. */
  readonly sketch: Float32Array;
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
  const { set, changes, sketch } = easel;
  const images = new Float32Array(indices.length * sketch.length);
  const labels = new Int32Array(indices.length);
  for (let place = 0; place < indices.length; place++) {
    const index = indices[place] ?? 0;
    const start = place * sketch.length;
    labels[place] = set.labels[index] ?? 0;
    if (changes.jitters !== undefined) sketchInOtherColors(easel, index);
    drawImage(easel, index, images, start);
    if (changes.cuts !== undefined) cutSquare(easel, changes.cuts[index] ?? 0, images, start);
  }
  return { images, labels, count: indices.length };
}

/** Colours change before the normalisation, on values from 0 to 255. */
function sketchInOtherColors({ set, mean, deviation, changes, sketch }: Easel, index: number): void {
  const from = index * sketch.length;
  for (let i = 0; i < sketch.length; i++) sketch[i] = set.images[from + i] ?? 0;
  if (changes.jitters !== undefined) jitterColors(sketch, changes.jitters, index);
  for (let channel = 0; channel < set.channels; channel++) {
    const centre = mean[channel] ?? 0;
    const divisor = spreadOf(deviation[channel]);
    for (let i = channel; i < sketch.length; i += set.channels)
      sketch[i] = ((sketch[i] ?? 0) - centre) / divisor;
  }
}

/**
 * Mirrors and moves one image, and normalises it where its sketch is not. As in pycls the padding comes after the normalisation:
 * it is 0, the mean colour, which `target` holds from the start.
 */
function drawImage(easel: Easel, index: number, target: Float32Array, start: number): void {
  const { changes, sketch } = easel;
  const { resolution, channels } = easel.set;
  const padding = changes.cropPadding;
  const place = changes.places?.[index] ?? placeAsItIs(padding);
  const flip = flipOf(place, padding);
  const down = topOf(place, padding) - padding;
  const right = leftOf(place, padding) - padding;
  const first = Math.max(0, -right);
  const column = flip ? resolution - 1 - first - right : first + right;
  const columns = resolution - Math.abs(right);
  const step = flip ? -channels : channels;
  const image = changes.jitters === undefined ? index * sketch.length : 0;
  for (let y = Math.max(0, -down); y < Math.min(resolution, resolution - down); y++) {
    const from = image + ((y + down) * resolution + column) * channels;
    const to = start + (y * resolution + first) * channels;
    if (changes.jitters === undefined) normalizeRow(easel, from, step, columns, target, to);
    else copyRow(easel, from, step, columns, target, to);
  }
}

function normalizeRow(
  { set: { images, channels }, table }: Easel,
  from: number,
  step: number,
  columns: number,
  target: Float32Array,
  to: number,
): void {
  for (let channel = 0; channel < channels; channel++) {
    const row = channel * 256;
    let source = from + channel;
    for (let i = to + channel; i < to + columns * channels; i += channels) {
      target[i] = table[row + (images[source] ?? 0)] ?? 0;
      source += step;
    }
  }
}

function copyRow(
  { set: { channels }, sketch }: Easel,
  from: number,
  step: number,
  columns: number,
  target: Float32Array,
  to: number,
): void {
  for (let channel = 0; channel < channels; channel++) {
    let source = from + channel;
    for (let i = to + channel; i < to + columns * channels; i += channels) {
      target[i] = sketch[source] ?? 0;
      source += step;
    }
  }
}

/** Cuts a square out of the finished image; where its side is even, its centre is the pixel right below the middle. */
function cutSquare({ set, changes }: Easel, centre: number, target: Float32Array, start: number): void {
  const { resolution, channels } = set;
  const top = Math.trunc(centre / resolution) - (changes.cutout >> 1);
  const left = (centre % resolution) - (changes.cutout >> 1);
  const right = Math.min(resolution, left + changes.cutout);
  for (let y = Math.max(0, top); y < Math.min(resolution, top + changes.cutout); y++) {
    const row = start + y * resolution * channels;
    target.fill(0, row + Math.max(0, left) * channels, row + right * channels);
  }
}
