/** Drawing one image into its batch: its colours changed, mirrored and moved, normalised, a square cut out. */
import { type Changes, flipOf, leftOf, placeAsItIs, topOf } from './augmentation.ts';
import { type ColorJitters, jitterColors } from './color-jitter.ts';
import type { ImageSet } from './dataset.ts';
import { spreadOf } from './normalization.ts';

/** What the images of an epoch are drawn with: made once, so that an image allocates nothing. */
export interface Easel {
  readonly set: ImageSet;
  readonly changes: Changes;
  /** [channel, 256], see `normalizationTable`. */
  readonly table: Float32Array;
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** One image as [height, width, channel] in its changed colours, normalised. */
  readonly sketch: Float32Array;
}

/** Draws the image of this index, as its changes tell, into a target of zeros at `start`. */
export function drawImage(easel: Easel, index: number, target: Float32Array, start: number): void {
  const { jitters, cuts } = easel.changes;
  if (jitters !== undefined) sketchInOtherColors(easel, jitters, index);
  placeImage(easel, index, target, start);
  if (cuts !== undefined) cutSquare(easel, cuts[index] ?? 0, target, start);
}

/** Colours change before the normalisation, on values from 0 to 255. */
function sketchInOtherColors(
  { set, mean, deviation, sketch }: Easel,
  jitters: ColorJitters,
  index: number,
): void {
  const from = index * sketch.length;
  for (let i = 0; i < sketch.length; i++) sketch[i] = set.images[from + i] ?? 0;
  jitterColors(sketch, jitters, index);
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
function placeImage(easel: Easel, index: number, target: Float32Array, start: number): void {
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
