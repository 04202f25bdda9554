import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Batch,
  epochOrder,
  evaluationBatches,
  trainingBatches,
  type TrainingBatchOptions,
} from '../batches.ts';
import type { ImageSet } from '../dataset.ts';

const resolution = 6;
const size = resolution * resolution * 2;

/** Images of 6 x 6 pixels and two channels, all different, the label telling which one. */
const set: ImageSet = {
  images: Uint8Array.from({ length: 20 * size }, (_, i) => 1 + ((i * 7919) % 255)),
  labels: Uint8Array.from({ length: 20 }, (_, i) => i),
  count: 20,
  resolution,
  channels: 2,
};

const plain: TrainingBatchOptions = {
  set,
  mean: [0, 0],
  deviation: [1, 1],
  batchSize: 6,
  seed: 5,
  epoch: 1,
  augmentation: 'none',
};

/** Image by label, over all batches. */
function byLabel(batches: Iterable<Batch>): Map<number, number[]> {
  const images = new Map<number, number[]>();
  for (const batch of batches)
    batch.labels.forEach((label, i) =>
      images.set(label, [...batch.images.subarray(i * size, (i + 1) * size)]),
    );
  return images;
}

function original(index: number): number[] {
  return [...set.images.subarray(index * size, (index + 1) * size)];
}

/** The same image as [row][column], a pixel as text of its channels. */
function grid(image: readonly number[]): string[][] {
  return Array.from({ length: resolution }, (_, y) =>
    Array.from({ length: resolution }, (_unused, x) =>
      image.slice((y * resolution + x) * 2, (y * resolution + x) * 2 + 2).join(),
    ),
  );
}

function moved(image: readonly number[], flip: boolean, down: number, right: number): string[][] {
  const rows = grid(image).map((row) => (flip ? row.toReversed() : row));
  return rows.map((row, y) => row.map((_, x) => rows[y + down]?.[x + right] ?? '0,0'));
}

function order(seed: number, epoch: number): number[] {
  return [...epochOrder(1000, seed, epoch)];
}

describe('training batches', () => {
  it('hold whole batches of different images, and leave out the rest of the epoch', () => {
    const batches = [...trainingBatches(plain)];
    expect(batches.map((batch) => batch.count)).toEqual([6, 6, 6]);
    const labels = batches.flatMap((batch) => [...batch.labels]);
    expect(new Set(labels).size).toBe(18);
    expect(labels).toEqual([...epochOrder(20, 5, 1).subarray(0, 18)]);
  });

  it('without augmentation hold the images as they are', () => {
    for (const [label, image] of byLabel(trainingBatches(plain))) expect(image).toEqual(original(label));
  });

  it('hold (pixel - mean) / deviation, channel by channel', () => {
    const options = { ...plain, mean: [100, 50], deviation: [2, 0.5] };
    for (const [label, image] of byLabel(trainingBatches(options)))
      expect(image).toEqual(
        original(label).map((pixel, i) => (i % 2 === 0 ? (pixel - 100) / 2 : (pixel - 50) / 0.5)),
      );
  });

  it('only centre a channel that has no spread', () => {
    const [batch] = trainingBatches({ ...plain, mean: [10, 10], deviation: [0, 0] });
    expect(batch?.images.every(Number.isFinite)).toBe(true);
  });

  it('come in another order in each epoch and for each seed, and in the same order again', () => {
    expect(order(1, 1)).toEqual(order(1, 1));
    expect(order(1, 1)).not.toEqual(order(1, 2));
    expect(order(1, 1)).not.toEqual(order(2, 1));
    expect(order(1, 1).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });

  it('mirror about half of the images when they flip, and change nothing else', () => {
    let mirrored = 0;
    let all = 0;
    for (let epoch = 1; epoch <= 20; epoch++)
      for (const [label, image] of byLabel(trainingBatches({ ...plain, augmentation: 'flip', epoch }))) {
        all++;
        const same = grid(image).join() === moved(original(label), false, 0, 0).join();
        if (!same) expect(grid(image)).toEqual(moved(original(label), true, 0, 0));
        if (!same) mirrored++;
      }
    // 360 tosses: within five deviations (47) of the half.
    expect(Math.abs(mirrored - all / 2)).toBeLessThan(47);
  });

  it('show every crop of the padded image, mirrored and not, with the mean colour around it', () => {
    const places = new Map<string, string>();
    for (let down = -4; down <= 4; down++)
      for (let right = -4; right <= 4; right++)
        for (const flip of [false, true])
          places.set(JSON.stringify(moved(original(3), flip, down, right)), `${down} ${right} ${flip}`);
    const seen = new Set<string | undefined>();
    for (let epoch = 1; epoch <= 2500; epoch++) {
      const image = byLabel(
        trainingBatches({ ...plain, augmentation: 'flip-crop', epoch, batchSize: 20 }),
      ).get(3);
      seen.add(places.get(JSON.stringify(grid(image ?? []))));
    }
    expect(seen.has(undefined)).toBe(false);
    expect(seen.size).toBe(places.size);
  });

  it('augment an image alike in whatever batch it comes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer(), fc.nat(1000), (batchSize, seed, epoch) => {
        const options = { ...plain, augmentation: 'flip-crop' as const, seed, epoch };
        const whole = byLabel(trainingBatches({ ...options, batchSize: 20 }));
        for (const [label, image] of byLabel(trainingBatches({ ...options, batchSize })))
          expect(image).toEqual(whole.get(label));
      }),
      { numRuns: 50 },
    );
  });

  it('keep their memory when the next one is made', () => {
    const kept = [...trainingBatches(plain)];
    const images = byLabel(kept);
    for (const [label, image] of images) expect(image).toEqual(original(label));
  });

  it.each([
    [
      { batchSize: 21 },
      'a batch of 21 images cannot be filled from 20 training images; use a batch size of at most 20',
    ],
    [{ batchSize: 0 }, 'batch size 0: it must be a whole number of images'],
    [{ batchSize: 1.5 }, 'batch size 1.5'],
    [{ mean: [0] }, 'mean has 1 values for images of 2 channels'],
    [{ deviation: [1, 1, 1] }, 'deviation has 3 values for images of 2 channels'],
  ])('of %j are refused before the first one is made', (change, message) => {
    expect(() => trainingBatches({ ...plain, ...change })).toThrow(message);
  });
});

describe('evaluation batches', () => {
  it('hold every image once, in the order of the set, the last batch as small as it must be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), (batchSize) => {
        const batches = [...evaluationBatches({ set, mean: [0, 0], deviation: [1, 1], batchSize })];
        expect(batches.flatMap((batch) => [...batch.labels])).toEqual([...set.labels]);
        expect(batches.flatMap((batch) => [...batch.images])).toEqual([...set.images]);
        expect(batches.slice(0, -1).every((batch) => batch.count === batchSize)).toBe(true);
        expect(batches.at(-1)?.count).toBe(20 % batchSize || Math.min(batchSize, 20));
      }),
    );
  });
});
