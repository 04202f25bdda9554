/** Augmentation of training images: a mirror image by the toss of a coin, and a crop out of the padded image. */
import type { Random } from '@netspace/stats/random';

/** `flip`: mirrored left to right with probability 1/2; `flip-crop`: the same, then 4 pixels of padding and a crop of the old size. */
export type Augmentation = 'none' | 'flip' | 'flip-crop';

/** Pixels that the crop adds on each side: pycls' choice for CIFAR. */
export const padding = 4;

const offsets = 2 * padding + 1;
const centred = padding * offsets + padding;

/** How one image is changed. */
export interface Change {
  readonly flip: boolean;
  /** Row and column of the padded image where the crop begins, 0 to 8; 4 leaves the image in its place. */
  readonly top: number;
  readonly left: number;
}

/**
 * A code from 0 to 161 for each image of a set, by its index: the i-th draw of the stream.
 * So what happens to an image does not depend on the batch or the order in which it is met.
 */
export function drawChanges(augmentation: Augmentation, count: number, stream: Random): Uint8Array {
  const codes = new Uint8Array(count).fill(centred);
  if (augmentation === 'flip')
    for (let i = 0; i < count; i++) codes[i] = centred + stream.below(2) * offsets * offsets;
  if (augmentation === 'flip-crop')
    for (let i = 0; i < count; i++) codes[i] = stream.below(2 * offsets * offsets);
  return codes;
}

/** The change that a code of `drawChanges` stands for. */
export function changeOf(code: number): Change {
  const place = code % (offsets * offsets);
  return {
    flip: code >= offsets * offsets,
    top: Math.trunc(place / offsets),
    left: place % offsets,
  };
}
