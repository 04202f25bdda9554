/** What a reader makes of files: images and classes, of which nothing is measured yet. */
import { createHash } from 'node:crypto';
import type { Dataset, ImageSet, Labels } from './dataset.ts';
import { measurePixels } from './normalization.ts';

export interface DecodedDataset {
  readonly classes: readonly string[];
  readonly train: ImageSet;
  readonly test: ImageSet;
  /** Where the images are from, and their licence. */
  readonly source: string;
}

/** Adds what is measured: mean and deviation of all training pixels, and the checksum. */
export function measureDataset(name: string, decoded: DecodedDataset): Dataset {
  const { train, test } = decoded;
  return { name, ...decoded, ...measurePixels(train), checksum: checksumOf(train, test) };
}

/** SHA-256 over pixels and labels of both parts. */
export function checksumOf(train: ImageSet, test: ImageSet): string {
  const hash = createHash('sha256');
  for (const part of [train, test]) hash.update(part.images).update(part.labels);
  return hash.digest('hex');
}

/** How many images each class has. */
export function countPerClass(labels: Labels, classes: number): number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
