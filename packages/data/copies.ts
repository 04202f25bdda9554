/** Images that are equal to the last pixel, whatever their names and classes. */
import { createHash } from 'node:crypto';
import type { ImageSet } from './dataset.ts';

/** Indices of equal images together, rising, by the SHA-256 of their pixels; in no order of their own. */
export function equalImages(set: ImageSet): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (let i = 0; i < set.count; i++) {
    const sum = sumOf(set, i);
    const group = groups.get(sum);
    if (group === undefined) groups.set(sum, [i]);
    else group.push(i);
  }
  return groups;
}

function sumOf({ images, count }: ImageSet, index: number): string {
  const size = images.length / count;
  return createHash('sha256')
    .update(images.subarray(index * size, (index + 1) * size))
    .digest('hex');
}
