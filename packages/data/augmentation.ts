/**
 * Augmentation of training images: a mirror image by the toss of a coin, a crop out of the padded image, a square cut out, and
 * changed colours. What happens to an image follows from the stream and the image's index, so neither batch nor order matters.
 */
import type { Random } from '@netspace/stats/random';
import { type ColorJitters, drawColorJitters } from './color-jitter.ts';

/** The augmentations that have a name: `flip` is { flip: true }, `flip-crop` is { flip: true, cropPadding: 4 }, pycls' for CIFAR. */
export const augmentationNames = ['none', 'flip', 'flip-crop'] as const;

/** Any of these together; what is left out is not done. */
export interface AugmentationSettings {
  /** Mirrored left to right with probability 1/2. */
  readonly flip?: boolean | undefined;
  /** Pixels of the mean colour added on each side before a crop of the old size; 0 crops nothing. */
  readonly cropPadding?: number | undefined;
  /** Side in pixels of a square that becomes the mean colour; its centre is any pixel of the image, so it may stick out. 0 cuts nothing. */
  readonly cutout?: number | undefined;
  /** Greatest change of brightness, contrast and saturation: factors are uniform on 1 - a to 1 + a; 0 to 1, 0 changes nothing. */
  readonly colorJitter?: number | undefined;
}

export type Augmentation = (typeof augmentationNames)[number] | AugmentationSettings;

const named: Readonly<Record<(typeof augmentationNames)[number], AugmentationSettings>> = {
  none: {},
  flip: { flip: true },
  'flip-crop': { flip: true, cropPadding: 4 },
};

/** An augmentation that these images cannot have; `code` is `augmentation`. */
class AugmentationError extends Error {
  readonly code = 'augmentation';
}

/** Throws an AugmentationError where images of so many channels cannot be augmented so. */
export function checkAugmentation(augmentation: Augmentation, channels: number): void {
  if (augmentationSettings(augmentation).colorJitter > 0 && channels !== 3)
    throw new AugmentationError(
      `colorJitter changes brightness, contrast and saturation of colour images, and these have ${channels} channel${channels === 1 ? '' : 's'}; leave colorJitter out of the augmentation`,
    );
}

/** Every setting of an augmentation. */
export function augmentationSettings(augmentation: Augmentation) {
  const settings = typeof augmentation === 'string' ? named[augmentation] : augmentation;
  const { flip = false, cropPadding = 0, cutout = 0, colorJitter = 0 } = settings;
  return { flip, cropPadding, cutout, colorJitter };
}

/** The one way to write an augmentation: its name where it has one, otherwise the settings that do something. */
export function canonicalAugmentation(augmentation: Augmentation): Augmentation {
  const own = settled(augmentation);
  const key = JSON.stringify(own);
  return augmentationNames.find((name) => JSON.stringify(settled(name)) === key) ?? own;
}

function settled(augmentation: Augmentation): AugmentationSettings {
  const entries = Object.entries(augmentationSettings(augmentation));
  return Object.fromEntries(entries.filter(([, value]) => value !== false && value !== 0));
}

/** What happens to each image of a set, by its index; a part is undefined where nothing of its kind happens. */
export interface Changes {
  /** Flip and crop as one number, see `flipOf`, `topOf` and `leftOf`. */
  readonly places: Int32Array | undefined;
  readonly cropPadding: number;
  /** Index of the pixel, row after row, at the centre of the square that is cut out. */
  readonly cuts: Int32Array | undefined;
  readonly cutout: number;
  readonly jitters: ColorJitters | undefined;
}

/** Draws the changes of `count` images of `resolution` pixels a side; each kind has a stream of its own, with the i-th draws for image i. */
export function drawChanges(
  augmentation: Augmentation,
  count: number,
  resolution: number,
  streamOf: (kind: string) => Random,
): Changes {
  const { flip, cropPadding, cutout, colorJitter } = augmentationSettings(augmentation);
  const places = (flip ? 2 : 1) * (2 * cropPadding + 1) ** 2;
  return {
    places: places > 1 ? drawBelow(places, count, streamOf('augmentation')) : undefined,
    cropPadding,
    cuts: cutout > 0 ? drawBelow(resolution ** 2, count, streamOf('cutout')) : undefined,
    cutout,
    jitters: colorJitter > 0 ? drawColorJitters(colorJitter, count, streamOf('color jitter')) : undefined,
  };
}

function drawBelow(bound: number, count: number, stream: Random): Int32Array {
  const draws = new Int32Array(count);
  for (let i = 0; i < count; i++) draws[i] = stream.below(bound);
  return draws;
}

/** The place that leaves an image as it is. */
export function placeAsItIs(padding: number): number {
  return padding * (2 * padding + 2);
}

/** Whether the image of this place is mirrored. */
export function flipOf(place: number, padding: number): boolean {
  return place >= (2 * padding + 1) ** 2;
}

/** Row of the padded image where the crop begins, 0 to twice the padding; the padding itself leaves the image in its place. */
export function topOf(place: number, padding: number): number {
  const offsets = 2 * padding + 1;
  return Math.trunc(place / offsets) % offsets;
}

/** The column where it begins. */
export function leftOf(place: number, padding: number): number {
  return place % (2 * padding + 1);
}
