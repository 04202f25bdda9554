/** Holding out images for validation: class by class, by seed, from the training part alone. */
import { permutation, random } from '@netspace/stats/random';
import { equalImages } from './copies.ts';
import type { Dataset, ImageSet, TrainingData } from './dataset.ts';

export interface HoldOutOptions {
  readonly seed: number | string;
  /** Share of the used training images that is held out, above 0 and below 1. */
  readonly validationShare: number;
  /** Use no more than this many training images, held-out ones included; every class keeps its share. All when left out. */
  readonly limit?: number;
  /**
   * Equal images stay on one side, and training images that are equal to a test image are left out: so none is learned from and measured
   * on. Shares are then met but for the copies.
   */
  readonly copies?: 'together';
}

/** A split that cannot be made; `code` is `split`. */
export class SplitError extends Error {
  readonly code = 'split';
}

/**
 * Parts the training images into images to learn from and images to hold out; each class has the same share of both, up to one image.
 * The same seed holds out the same images. The test part is not looked at.
 */
export function holdOut(dataset: Dataset, options: HoldOutOptions): TrainingData {
  const train = options.copies ? withoutCopies(dataset.train, dataset.test) : dataset.train;
  const { used, validation } = countSplit(dataset.name, train.count, options);
  const members = shuffledClasses(train, dataset.classes.length, options.seed);
  const kept = apportion(
    used,
    members.map((indices) => indices.length),
  );
  const held = apportion(validation, kept);
  const drawn = {
    train: members.flatMap((indices, k) => [...indices.subarray(held[k], kept[k])]),
    validation: members.flatMap((indices, k) => [...indices.subarray(0, held[k])]),
  };
  const sides = options.copies ? reunite(train, drawn) : drawn;
  return {
    name: dataset.name,
    classes: dataset.classes,
    train: selectImages(train, sides.train),
    validation: selectImages(train, sides.validation),
    mean: dataset.mean,
    deviation: dataset.deviation,
    checksum: dataset.checksum,
  };
}

/** The images that the other set has not. */
function withoutCopies(set: ImageSet, other: ImageSet): ImageSet {
  const known = equalImages(other);
  const kept = [...equalImages(set)].flatMap(([sum, indices]) => (known.has(sum) ? [] : indices));
  return kept.length === set.count ? set : selectImages(set, kept);
}

interface Sides {
  readonly train: readonly number[];
  readonly validation: readonly number[];
}

/** Copies of an image go where the first of them is. */
function reunite(set: ImageSet, { train, validation }: Sides): Sides {
  const used = new Set([...train, ...validation]);
  const heldOut = new Set(validation);
  const groups = [...equalImages(set).values()].map((group) => group.filter((index) => used.has(index)));
  const goesOut = ([first = -1]: readonly number[]): boolean => heldOut.has(first);
  return {
    train: groups.filter((group) => !goesOut(group)).flat(),
    validation: groups.filter(goesOut).flat(),
  };
}

/** How many of so many training images a split uses, and how many of these it holds out. */
export function countSplit(
  name: string,
  images: number,
  { validationShare, limit }: Omit<HoldOutOptions, 'seed'>,
): { readonly used: number; readonly validation: number } {
  if (!(validationShare > 0 && validationShare < 1))
    throw new SplitError(`validationShare ${validationShare}: it must be above 0 and below 1, as 0.2`);
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 2))
    throw new SplitError(`limit ${limit}: it must be a whole number of images, at least 2`);
  const used = Math.min(limit ?? images, images);
  const validation = Math.round(used * validationShare);
  if (validation < 1 || validation >= used)
    throw new SplitError(
      `${name}: a share of ${validationShare} of ${used} images holds out ${validation} of them; both parts need at least one image`,
    );
  return { used, validation };
}

/** The images of each class, in an order that depends on the seed and the class alone. */
function shuffledClasses(set: ImageSet, classes: number, seed: number | string): Int32Array[] {
  const members: number[][] = Array.from({ length: classes }, () => []);
  for (let i = 0; i < set.count; i++) members[set.labels[i] ?? 0]?.push(i);
  const stream = random(seed).fork('data/hold out');
  return members.map((indices, k) =>
    permutation(indices.length, stream.fork(`class ${k}`)).map((place) => indices[place] ?? 0),
  );
}

/** Shares out a total in proportion to sizes, whole numbers (method of the largest remainder; ties to the first). Never more than a size. */
export function apportion(total: number, sizes: readonly number[]): number[] {
  const sum = sizes.reduce((a, b) => a + b, 0);
  if (sum === 0) return sizes.map(() => 0);
  const shares = sizes.map((size) => Math.floor((total * size) / sum));
  const missing = total - shares.reduce((a, b) => a + b, 0);
  const byRemainder = sizes
    .map((size, k) => ({ k, remainder: (total * size) % sum }))
    .toSorted((a, b) => b.remainder - a.remainder || a.k - b.k);
  for (const { k } of byRemainder.slice(0, missing)) shares[k] = (shares[k] ?? 0) + 1;
  return shares;
}

/** The indices of `perClass` images of each class, chosen by seed. */
export function chooseEvenly(
  set: ImageSet,
  classes: number,
  perClass: number,
  seed: number | string,
): number[] {
  return shuffledClasses(set, classes, seed).flatMap((indices, k) => {
    if (indices.length < perClass)
      throw new SplitError(
        `class ${k} has ${indices.length} images; ${perClass} of each class were asked for`,
      );
    return [...indices.subarray(0, perClass)];
  });
}

/** A set of the images at these indices, in rising order of the index. */
export function selectImages(set: ImageSet, indices: readonly number[]): ImageSet {
  const size = set.resolution * set.resolution * set.channels;
  const rising = Int32Array.from(indices).toSorted();
  const images = new Uint8Array(rising.length * size);
  const labels =
    set.labels instanceof Uint16Array ? new Uint16Array(rising.length) : new Uint8Array(rising.length);
  for (const [place, index] of rising.entries()) {
    images.set(set.images.subarray(index * size, (index + 1) * size), place * size);
    labels[place] = set.labels[index] ?? 0;
  }
  return { images, labels, count: rising.length, resolution: set.resolution, channels: set.channels };
}
