/**
 * Colour jitter: brightness, contrast and saturation changed by random factors, in random order.
 *
 * The semantics are those of torchvision's ColorJitter on floating-point images of 0 to 255: each step blends the image with black,
 * with the mean of its greys, or with its own greys, and what leaves 0 to 255 is clamped. Nothing is rounded to whole numbers.
 */
import type { Random } from '@netspace/stats/random';

/** Factors of brightness, contrast and saturation as [image, 3], and which of the six orders each image gets. */
export interface ColorJitters {
  readonly factors: Float64Array;
  readonly orders: Uint8Array;
}

type Step = 0 | 1 | 2;

const orders: readonly (readonly Step[])[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/** Luminance of red, green and blue (ITU-R BT.601), with torchvision's digits. */
const red = 0.2989;
const green = 0.587;
const blue = 0.114;

/** Factors uniform on [1 - most, 1 + most) and an order, four draws an image. */
export function drawColorJitters(most: number, count: number, stream: Random): ColorJitters {
  const factors = new Float64Array(3 * count);
  const chosen = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    for (let step = 0; step < 3; step++) factors[3 * i + step] = 1 + most * (2 * stream.next() - 1);
    chosen[i] = stream.below(orders.length);
  }
  return { factors, orders: chosen };
}

/** Changes the colours of an image [height, width, 3] of 0 to 255 in its place, as drawn for the image of this index. */
export function jitterColors(image: Float32Array, jitters: ColorJitters, index: number): void {
  for (const step of orders[jitters.orders[index] ?? 0] ?? []) {
    const factor = jitters.factors[3 * index + step] ?? 1;
    if (step === 0) blendWithGrey(image, factor, 0);
    if (step === 1) blendWithGrey(image, factor, meanGrey(image));
    if (step === 2) blendWithOwnGreys(image, factor);
  }
}

function blendWithGrey(image: Float32Array, factor: number, grey: number): void {
  const rest = (1 - factor) * grey;
  for (let i = 0; i < image.length; i++) image[i] = clamp(factor * (image[i] ?? 0) + rest);
}

function meanGrey(image: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < image.length; i += 3) sum += greyAt(image, i);
  return (3 * sum) / image.length;
}

function blendWithOwnGreys(image: Float32Array, factor: number): void {
  for (let i = 0; i < image.length; i += 3) {
    const rest = (1 - factor) * greyAt(image, i);
    for (let channel = i; channel < i + 3; channel++)
      image[channel] = clamp(factor * (image[channel] ?? 0) + rest);
  }
}

function greyAt(image: Float32Array, at: number): number {
  return red * (image[at] ?? 0) + green * (image[at + 1] ?? 0) + blue * (image[at + 2] ?? 0);
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
