import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeGzippedIdx, writeIdx } from '../idx.ts';
import { loadDataset } from '../load.ts';
import { temporaryFolder } from './temporary-folder.ts';

const images = (count: number, side = 4) =>
  writeIdx({
    shape: [count, side, side],
    values: Uint8Array.from({ length: count * side * side }, (_, i) => (i * 31) % 256),
  });
const labels = (...values: number[]) => writeIdx({ shape: [values.length], values: Uint8Array.from(values) });

async function load(files: Readonly<Record<string, Uint8Array>>) {
  const folder = await temporaryFolder();
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  return loadDataset(folder, { NETSPACE_DATA: await temporaryFolder() });
}

const four = {
  'train-images-idx3-ubyte': images(3),
  'train-labels-idx1-ubyte': labels(0, 1, 2),
  't10k-images-idx3-ubyte': images(2),
  't10k-labels-idx1-ubyte': labels(2, 2),
};

describe('a folder of IDX files', () => {
  it('is the data set that its four files are', async () => {
    const { classes, train, test } = await load(four);
    expect(classes).toEqual(['0', '1', '2']);
    expect([...train.labels, ...test.labels]).toEqual([0, 1, 2, 2, 2]);
    expect(train.images).toEqual(new Uint8Array(images(3).subarray(16)));
  });

  it("holds the embedded images with the catalog's checksum", async () => {
    const folder = await temporaryFolder();
    await cp(join(import.meta.dirname, '..', 'embedded'), folder, { recursive: true });
    const { checksum, mean } = await loadDataset(folder, { NETSPACE_DATA: await temporaryFolder() });
    const embedded = await loadDataset('fashion-mnist-12k');
    expect([checksum, mean]).toEqual([embedded.checksum, embedded.mean]);
  });

  it('may name its files as EMNIST does, gzipped or not', async () => {
    const { train, test } = await load({
      'emnist-x-train-images-idx3-ubyte.gz': writeGzippedIdx({
        shape: [2, 1, 1],
        values: Uint8Array.of(5, 6),
      }),
      'emnist-x-train-labels-idx1-ubyte': labels(1, 0),
      'emnist-x-test-images-idx3-ubyte': images(1, 1),
      'emnist-x-test-labels-idx1-ubyte.gz': writeGzippedIdx({ shape: [1], values: Uint8Array.of(1) }),
    });
    expect([...train.images, ...train.labels, ...test.labels]).toEqual([5, 6, 1, 0, 1]);
  });

  it('may come without a test part', async () => {
    const { train, test } = await load({
      'images-idx3-ubyte': images(12),
      'labels-idx1-ubyte': labels(...Array.from({ length: 12 }, (_, i) => i % 2)),
    });
    expect([train.count, test.count]).toEqual([10, 2]);
  });

  const without = (...names: (keyof typeof four)[]) =>
    Object.fromEntries(Object.entries(four).filter(([name]) => !names.some((other) => other === name)));

  it.each<[string, Readonly<Record<string, Uint8Array>>, RegExp]>([
    [
      'whose labels are missing',
      without('t10k-labels-idx1-ubyte'),
      /t10k-images-idx3-ubyte: its labels are missing; a file of images needs one of labels beside it/,
    ],
    [
      'whose images are missing',
      without('train-images-idx3-ubyte'),
      /train-labels-idx1-ubyte: its images are missing/,
    ],
    [
      'without training images',
      without('train-images-idx3-ubyte', 'train-labels-idx1-ubyte'),
      /: holds no pair of IDX files of training images; name them train-images-idx3-ubyte and/,
    ],
    [
      'of two data sets',
      { ...four, 'other-images-idx3-ubyte': images(2), 'other-labels-idx1-ubyte': labels(0, 1) },
      /: holds 2 train pairs of IDX files \(other-images-idx3-ubyte, train-images-idx3-ubyte\); put each/,
    ],
    [
      'with a torn file',
      { ...four, 'train-images-idx3-ubyte': images(3).subarray(0, 40) },
      /train-images-idx3-ubyte: truncated: its header announces 3 x 4 x 4 = 48 bytes, 24 follow/,
    ],
    [
      'of too few labels',
      { ...four, 'train-labels-idx1-ubyte': labels(0, 1) },
      /train-images-idx3-ubyte holds 3 images, but .*train-labels-idx1-ubyte 2 labels/,
    ],
    [
      'of two sizes',
      { ...four, 't10k-images-idx3-ubyte': images(2, 5) },
      /train-images-idx3-ubyte holds images of 4 x 4 x 1, .*t10k-images-idx3-ubyte of 5 x 5 x 1/,
    ],
    [
      'with a label too many',
      { ...four, 't10k-labels-idx1-ubyte': labels(2, 3) },
      /t10k-labels-idx1-ubyte: mislabelled: label 3 of image 1 is not one of the 3 classes/,
    ],
  ])('%s is refused in words', async (_, files, message) => {
    await expect(load(files)).rejects.toThrow(message);
  });
});
