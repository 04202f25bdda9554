/** A data set of labelled images, held in memory as bytes. */

/** A class of each image, 0 to classes - 1: 16 bits where there are more than 256 classes. */
export type Labels = Uint8Array | Uint16Array;

export interface ImageSet {
  /** Pixels as [image, height, width, channel], 0 to 255. */
  readonly images: Uint8Array;
  readonly labels: Labels;
  readonly count: number;
  /** Height and width in pixels. */
  readonly resolution: number;
  readonly channels: number;
}

export interface Dataset {
  readonly name: string;
  readonly classes: readonly string[];
  readonly train: ImageSet;
  /** Never used for choosing. */
  readonly test: ImageSet;
  /** Mean and standard deviation of the training pixels, a value a channel, in units of 0 to 255. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** SHA-256 over pixels and labels of both parts. */
  readonly checksum: string;
  /** Where the images are from, and their licence. */
  readonly source: string;
}

/** What one training reads: images to learn from, images to hold out. */
export interface TrainingData {
  readonly name: string;
  readonly classes: readonly string[];
  readonly train: ImageSet;
  readonly validation: ImageSet;
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly checksum: string;
}

/** Room for the labels of so many images; up to 65,536 classes. */
export function makeLabels(count: number, classes: number): Labels {
  return classes > 256 ? new Uint16Array(count) : new Uint8Array(count);
}
