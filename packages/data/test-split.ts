/**
 * A test part for data sets that come without one: the same images at every reading, whatever their names and their order,
 * and no image in both parts, not even as a copy under another name.
 */
import { equalImages } from './copies.ts';
import { countPerClass } from './decoded-dataset.ts';
import type { ImageSet } from './dataset.ts';
import { selectImages } from './split.ts';

/** Share of the images that becomes the test part: that of CIFAR. */
const testShare = 1 / 6;

/** Images that cannot be parted; `code` is `test-split`. */
class TestSplitError extends Error {
  readonly code = 'test-split';
}

/**
 * Takes groups of equal images in the order of their SHA-256, each group whole, while every class of theirs still wants test images.
 * A class gives its share, up to one image and at least one, as far as its copies allow; `where` is the data set, for messages.
 */
export function splitOffTest(
  set: ImageSet,
  classes: readonly string[],
  where: string,
): { readonly train: ImageSet; readonly test: ImageSet } {
  const wanted = countPerClass(set.labels, classes.length).map((size) =>
    Math.max(1, Math.round(size * testShare)),
  );
  const test = new Set<number>();
  for (const group of groupEqualImages(set)) {
    const needed = new Map<number, number>();
    for (const index of group) {
      const label = set.labels[index] ?? 0;
      needed.set(label, (needed.get(label) ?? 0) + 1);
    }
    if ([...needed].some(([label, count]) => count > (wanted[label] ?? 0))) continue;
    for (const [label, count] of needed) wanted[label] = (wanted[label] ?? 0) - count;
    for (const index of group) test.add(index);
  }
  const all = Array.from({ length: set.count }, (_, i) => i);
  const train = all.filter((index) => !test.has(index));
  const parts = { train: selectImages(set, train), test: selectImages(set, [...test]) };
  checkParts(parts, classes, where);
  return parts;
}

/** Indices of equal images together, in the order of the SHA-256 of their pixels. */
function groupEqualImages(set: ImageSet): number[][] {
  const groups = equalImages(set);
  return [...groups.keys()].toSorted().map((sum) => groups.get(sum) ?? []);
}

function checkParts(
  parts: { readonly train: ImageSet; readonly test: ImageSet },
  classes: readonly string[],
  where: string,
): void {
  for (const part of [parts.train, parts.test]) {
    const poor = countPerClass(part.labels, classes.length).indexOf(0);
    if (poor >= 0)
      throw new TestSplitError(
        `${where}: class "${classes[poor]}" has too few different images to part them into training and test images; add some, or remove the class`,
      );
  }
}
