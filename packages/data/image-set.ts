/** An image set read from a pair of IDX files: images and their labels. */
import type { ImageSet } from './dataset.ts';
import { type Idx, IdxError, readIdx } from './idx.ts';

/** A file's name, for messages, and its bytes. */
export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Images as [image, height, width] or [image, height, width, channel], labels as [image], each below `classes`. */
export function readImageSet(images: NamedFile, labels: NamedFile, classes: number): ImageSet {
  const pixels = readIdx(images.bytes, images.name);
  const marks = readIdx(labels.bytes, labels.name);
  const { count, resolution, channels } = readImageShape(pixels.shape, images.name);
  checkLabels(marks, labels.name, classes);
  if (marks.values.length !== count)
    throw new IdxError(
      `${images.name} holds ${count} images, but ${labels.name} ${marks.values.length} labels; the two must be of the same part of the same data set`,
    );
  return { images: pixels.values, labels: marks.values, count, resolution, channels };
}

/** What the axes of images say: [image, height, width] or [image, height, width, channel]; throws an IdxError where they are none. */
export function readImageShape(
  shape: readonly number[],
  name: string,
): { count: number; resolution: number; channels: number } {
  const [count = 0, height = 0, width = 0, channels = 1] = shape;
  if (shape.length < 3)
    throw new IdxError(
      `${name}: has the shape ${shape.join(' x ')}, which is not one of images${shape.length === 1 ? '; it looks like a file of labels: are the two swapped?' : ''}`,
    );
  if (height !== width)
    throw new IdxError(
      `${name}: its images are ${height} x ${width} pixels; they must be square, so crop or pad them`,
    );
  if (count === 0 || height === 0 || channels === 0)
    throw new IdxError(`${name}: has the shape ${shape.join(' x ')}, which holds no pixel`);
  return { count, resolution: height, channels };
}

function checkLabels({ shape, values }: Idx, name: string, classes: number): void {
  if (shape.length !== 1)
    throw new IdxError(
      `${name}: has the shape ${shape.join(' x ')}, but labels have one axis${shape.length >= 3 ? '; it looks like a file of images: are the two swapped?' : ''}`,
    );
  const wrong = values.findIndex((label) => label >= classes);
  if (wrong >= 0)
    throw new IdxError(
      `${name}: mislabelled: label ${values[wrong]} of image ${wrong} is not one of the ${classes} classes 0 to ${classes - 1}`,
    );
}

/** Both parts of a data set must hold images of one size; throws an IdxError that names the two files otherwise. */
export function checkSameSize(
  first: ImageSet,
  firstName: string,
  second: ImageSet,
  secondName: string,
): void {
  if (first.resolution !== second.resolution || first.channels !== second.channels)
    throw new IdxError(
      `${firstName} holds images of ${sizeOf(first)}, ${secondName} of ${sizeOf(second)}; all images of a data set must have one size`,
    );
}

function sizeOf({ resolution, channels }: ImageSet): string {
  return `${resolution} x ${resolution} x ${channels}`;
}

/** Sets of one size, one after the other. */
export function joinSets(first: ImageSet, ...others: readonly ImageSet[]): ImageSet {
  const sets = [first, ...others];
  const count = sets.reduce((sum, set) => sum + set.count, 0);
  const images = new Uint8Array(sets.reduce((sum, set) => sum + set.images.length, 0));
  const labels = sets.some((set) => set.labels instanceof Uint16Array)
    ? new Uint16Array(count)
    : new Uint8Array(count);
  let [image, pixel] = [0, 0];
  for (const set of sets) {
    images.set(set.images, pixel);
    labels.set(set.labels, image);
    image += set.count;
    pixel += set.images.length;
  }
  return { images, labels, count, resolution: first.resolution, channels: first.channels };
}
