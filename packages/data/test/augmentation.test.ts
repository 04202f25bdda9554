import { createHash } from 'node:crypto';
import { random } from '@netspace/stats/random';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Augmentation,
  type AugmentationSettings,
  augmentationSettings,
  canonicalAugmentation,
} from '../augmentation.ts';
import { trainingBatches } from '../batches.ts';
import { jitterColors } from '../color-jitter.ts';
import type { ImageSet } from '../dataset.ts';

function setOf(count: number, resolution: number, channels: number): ImageSet {
  const length = count * resolution * resolution * channels;
  return {
    images: Uint8Array.from({ length }, (_, i) => (i * 7919) % 256),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
    count,
    resolution,
    channels,
  };
}

/** [row][column][channel] of one image. */
type Grid = number[][][];

function gridOf(values: ArrayLike<number>, resolution: number, channels: number): Grid {
  return Array.from({ length: resolution }, (_, y) =>
    Array.from({ length: resolution }, (_x, x) =>
      Array.from({ length: channels }, (_c, c) => values[(y * resolution + x) * channels + c] ?? NaN),
    ),
  );
}

const clampPixel = (value: number) => Math.min(255, Math.max(0, value));
const greyOf = ([r = 0, g = 0, b = 0]: readonly number[]) => 0.2989 * r + 0.587 * g + 0.114 * b;
const orders = ['bcs', 'bsc', 'cbs', 'csb', 'sbc', 'scb'];

/** ColorJitter as torchvision's documentation describes it, in 64-bit floats: [brightness, contrast, saturation] in one of the orders. */
function plainJitter(grid: Grid, factors: readonly number[], order: number): Grid {
  let image = grid;
  for (const step of orders[order] ?? '') {
    const factor = factors['bcs'.indexOf(step)] ?? NaN;
    const pixels = image.flat();
    const mean = pixels.reduce((sum, pixel) => sum + greyOf(pixel), 0) / pixels.length;
    image = image.map((row) =>
      row.map((pixel) => {
        const other = { b: 0, c: mean, s: greyOf(pixel) }[step] ?? NaN;
        return pixel.map((value) => clampPixel(factor * value + (1 - factor) * other));
      }),
    );
  }
  return image;
}

/** What an epoch of seed 5 makes of every image, written as the draws are documented: padded, cut and normalised as plain arrays. */
function plainEpoch(set: ImageSet, settings: AugmentationSettings, epoch: number): Grid[] {
  const { flip, cropPadding, cutout, colorJitter } = augmentationSettings(settings);
  const { resolution, channels } = set;
  const stream = (kind: string) => random(5).fork(`data/${kind}/epoch ${epoch}`);
  const [places, cuts, colors] = [stream('augmentation'), stream('cutout'), stream('color jitter')];
  const offsets = 2 * cropPadding + 1;
  const size = resolution * resolution * channels;
  return Array.from({ length: set.count }, (_, index) => {
    let image = gridOf(set.images.subarray(index * size, (index + 1) * size), resolution, channels);
    if (colorJitter > 0) {
      const factors = [0, 1, 2].map(() => 1 - colorJitter + 2 * colorJitter * colors.next());
      image = plainJitter(image, factors, colors.below(6));
    }
    image = image.map((row) => row.map((pixel) => pixel.map((value) => (value - 100) / 50)));
    const place = flip || cropPadding > 0 ? places.below((flip ? 2 : 1) * offsets * offsets) : 0;
    if (place >= offsets * offsets) image = image.map((row) => row.toReversed());
    const nothing = Array.from({ length: channels }, () => 0);
    const padded = Array.from({ length: resolution + 2 * cropPadding }, (_row, y) =>
      Array.from(
        { length: resolution + 2 * cropPadding },
        (_x, x) => image[y - cropPadding]?.[x - cropPadding] ?? nothing,
      ),
    );
    const [top, left] = [Math.floor(place / offsets) % offsets, place % offsets];
    image = padded.slice(top, top + resolution).map((row) => row.slice(left, left + resolution));
    if (cutout > 0) {
      const centre = cuts.below(resolution * resolution);
      const [firstRow, firstColumn] = [Math.floor(centre / resolution), centre % resolution].map(
        (middle) => middle - Math.floor(cutout / 2),
      ) as [number, number];
      const inside = (at: number, first: number) => at >= first && at < first + cutout;
      image = image.map((row, y) =>
        row.map((pixel, x) => (inside(y, firstRow) && inside(x, firstColumn) ? nothing : pixel)),
      );
    }
    return image;
  });
}

function checkEpoch(set: ImageSet, augmentation: AugmentationSettings, batchSize: number): void {
  const expected = plainEpoch(set, augmentation, 3);
  const numbered = { ...set, labels: Uint8Array.from({ length: set.count }, (_, i) => i) };
  const { channels, resolution } = set;
  const [mean, deviation] = [100, 50].map((value) => Array.from({ length: channels }, () => value));
  const options = { set: numbered, mean: mean ?? [], deviation: deviation ?? [], batchSize };
  for (const { images, labels } of trainingBatches({ ...options, seed: 5, epoch: 3, augmentation }))
    for (const [place, index] of labels.entries()) {
      const size = images.length / labels.length;
      const image = gridOf(images.subarray(place * size, (place + 1) * size), resolution, channels);
      const right = expected[index]?.flat(2) ?? [];
      const off = image.flat(2).map((value, i) => Math.abs(value - (right[i] ?? NaN)));
      // Colours are kept as 32-bit floats from step to step.
      expect(Math.max(...off)).toBeLessThan(5e-5);
    }
}

describe('augmentation', () => {
  const settings = fc.record({
    flip: fc.boolean(),
    cropPadding: fc.nat(9),
    cutout: fc.nat(9),
  });

  it('does what plain arrays do, whatever is combined, for grey images and those of two channels', () => {
    fc.assert(
      fc.property(
        settings,
        fc.integer({ min: 1, max: 2 }),
        fc.integer({ min: 1, max: 12 }),
        (chosen, channels, batchSize) => checkEpoch(setOf(12, 7, channels), chosen, batchSize),
      ),
    );
  });

  it('does so for colour images with changed colours', () => {
    fc.assert(
      fc.property(
        settings,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 12 }),
        (chosen, colorJitter, batchSize) =>
          checkEpoch(setOf(12, 6, 3), { ...chosen, colorJitter }, batchSize),
      ),
    );
  });

  // SHA-256 of images and labels of three epochs, as the releases before cutout and colour jitter gave them.
  it.each<[number, number, Augmentation, string]>([
    [28, 1, 'none', '294cf83b856e155b'],
    [28, 1, 'flip', '2e3da1e7f25a0bd0'],
    [28, 1, 'flip-crop', '1f9f0d1c78f1f8f3'],
    [9, 3, 'none', '77c56aecdec1b6e8'],
    [9, 3, 'flip', 'c76943cc36b9f335'],
    [9, 3, 'flip-crop', 'b7a7fc8377f50ac0'],
    [28, 1, { flip: true, cropPadding: 4 }, '1f9f0d1c78f1f8f3'],
  ])('of %i px and %i channels by %j gives the bits it always gave', (resolution, channels, how, sum) => {
    const hash = createHash('sha256');
    for (let epoch = 1; epoch <= 3; epoch++)
      for (const { images, labels } of trainingBatches({
        set: setOf(50, resolution, channels),
        mean: [72.9, 100, 33.3].slice(0, channels),
        deviation: [90.1, 61.5, 0].slice(0, channels),
        batchSize: 16,
        seed: 7,
        epoch,
        augmentation: how,
      }))
        hash.update(images).update(labels);
    expect(hash.digest('hex').slice(0, 16)).toBe(sum);
  });

  it('of one kind draws the same whether another kind is drawn or not', () => {
    const set = setOf(20, 8, 1);
    const options = { set, mean: [0], deviation: [1], batchSize: 20, seed: 2, epoch: 1 };
    const [cropped] = trainingBatches({ ...options, augmentation: 'flip-crop' });
    const [both] = trainingBatches({
      ...options,
      augmentation: { flip: true, cropPadding: 4, cutout: 3 },
    });
    expect(both?.images.filter((value, i) => value !== cropped?.images[i]).every((v) => v === 0)).toBe(true);
  });

  it('cuts a square around every pixel, also those at the border', () => {
    const set = { ...setOf(200, 4, 1), images: new Uint8Array(200 * 16).fill(9) };
    const seen = new Set<string>();
    for (let epoch = 1; epoch <= 5; epoch++)
      for (const { images, count } of trainingBatches({
        set,
        mean: [0],
        deviation: [1],
        batchSize: 200,
        seed: 1,
        epoch,
        augmentation: { cutout: 3 },
      }))
        for (let i = 0; i < count; i++) seen.add(images.subarray(i * 16, (i + 1) * 16).join());
    // Cut off at the border, the squares of side 3 around the 16 pixels are 16 different ones.
    expect(seen.size).toBe(16);
  });

  it('refuses to change colours of grey images', () => {
    const options = { set: setOf(9, 4, 1), mean: [0], deviation: [1], batchSize: 3, seed: 1, epoch: 1 };
    expect(() => trainingBatches({ ...options, augmentation: { colorJitter: 0.2 } })).toThrow(
      'colorJitter changes brightness, contrast and saturation of colour images, and these have 1 channel; leave colorJitter out of the augmentation',
    );
    expect(() => trainingBatches({ ...options, augmentation: { colorJitter: 0 } })).not.toThrow();
  });

  it.each<[Augmentation, Augmentation]>([
    [{}, 'none'],
    [{ flip: true }, 'flip'],
    [{ cropPadding: 4, flip: true, cutout: 0 }, 'flip-crop'],
    [
      { cropPadding: 2, flip: true, colorJitter: 0 },
      { flip: true, cropPadding: 2 },
    ],
    ['flip-crop', 'flip-crop'],
  ])('%j is written as %j', (augmentation, written) => {
    expect(canonicalAugmentation(augmentation)).toEqual(written);
  });
});

describe('changed colours', () => {
  const jitter = (image: readonly number[], factors: readonly number[], order = 0) => {
    const changed = Float32Array.from(image);
    jitterColors(changed, { factors: Float64Array.from(factors), orders: Uint8Array.of(order) }, 0);
    return [...changed];
  };

  it.each([
    ['nothing', [1, 1, 1], [10, 20, 30, 200, 100, 0]],
    ['brightness', [1.5, 1, 1], [15, 30, 45, 255, 150, 0]],
    // The greys are 18.149 and 118.48, their mean 68.3145.
    ['contrast', [1, 0.5, 1], [39.15725, 44.15725, 49.15725, 134.15725, 84.15725, 34.15725]],
    ['saturation', [1, 1, 0], [18.149, 18.149, 18.149, 118.48, 118.48, 118.48]],
    ['more saturation', [1, 1, 2], [1.851, 21.851, 41.851, 255, 81.52, 0]],
  ])('are these by %s', (_, factors, expected) => {
    for (const [i, value] of jitter([10, 20, 30, 200, 100, 0], factors).entries())
      expect(value).toBeCloseTo(expected[i] ?? NaN, 4);
  });

  /**
   * What torchvision 0.29.2 makes of a 3 x 3 image of 64-bit floats, pixel i of channel c being (37 i + 91 c mod 256) / 255, by adjust_brightness
   * 1.3, adjust_contrast 0.7 and adjust_saturation 1.4 in each order; times 255.
   */
  const torchvision = [
    [
      16.2992, 132.2332, 248.1672, 50.9185, 166.8525, 253.6805, 94.2648, 210.1988, 0.0, 129.1853, 237.6713,
      34.9093, 170.7624, 232.1104, 76.4864, 249.9779, 39.7679, 155.7019, 253.5333, 76.2513, 192.1853, 19.0293,
      134.9633, 250.8973, 53.7731, 169.7071, 252.7131,
    ],
    [
      42.177, 131.1149, 220.677, 49.8003, 165.7343, 220.677, 93.1466, 209.0806, 42.177, 128.0671, 220.677,
      42.177, 169.6442, 220.677, 75.3682, 220.677, 42.177, 154.5837, 220.677, 75.1331, 191.0671, 42.177,
      133.845, 220.677, 52.6549, 168.5889, 220.677,
    ],
    [
      18.1131, 134.0471, 249.9811, 51.7844, 167.7184, 255.0, 96.0788, 212.0128, 1.8028, 129.7501, 245.6841,
      35.4741, 165.2053, 255.0, 70.9293, 251.7918, 41.5818, 157.5158, 255.0, 75.2532, 191.1872, 20.8432,
      136.7772, 252.7112, 54.5146, 170.4486, 255.0,
    ],
    [
      18.1131, 134.0471, 249.9811, 51.7844, 167.7184, 255.0, 96.0788, 212.0128, 1.8028, 129.7501, 245.6841,
      35.4741, 163.4215, 255.0, 69.1455, 251.7918, 41.5818, 157.5158, 255.0, 75.2532, 191.1872, 20.8432,
      136.7772, 252.7112, 54.5146, 170.4486, 255.0,
    ],
    [
      41.8001, 130.738, 220.3001, 48.4754, 164.4094, 220.3001, 92.7697, 208.7037, 41.8001, 126.4411, 220.3001,
      41.8001, 160.1124, 220.3001, 65.8364, 220.3001, 41.8001, 154.2068, 220.3001, 71.9441, 187.8781, 41.8001,
      133.4682, 220.3001, 51.2055, 167.1395, 220.3001,
    ],
    [
      45.9599, 134.8978, 250.8318, 52.6352, 168.5692, 255.0, 96.9295, 212.8635, 45.9599, 130.6008, 246.5348,
      45.9599, 164.2722, 255.0, 69.9962, 252.6425, 45.9599, 158.3665, 255.0, 76.1039, 192.0379, 45.9599,
      137.6279, 253.5619, 55.3653, 171.2993, 255.0,
    ],
  ];

  it("are torchvision's, in each of the six orders", () => {
    const image = Array.from({ length: 27 }, (_, i) => (Math.trunc(i / 3) * 37 + (i % 3) * 91) % 256);
    for (const [order, expected] of torchvision.entries())
      for (const [i, value] of jitter(image, [1.3, 0.7, 1.4], order).entries())
        // Our steps are kept as 32-bit floats.
        expect(value).toBeCloseTo(expected[i] ?? NaN, 3);
  });

  it('are drawn between 1 - a and 1 + a', () => {
    const grey = { ...setOf(600, 1, 3), images: new Uint8Array(1800).fill(100) };
    const [batch] = trainingBatches({
      set: grey,
      mean: [0, 0, 0],
      deviation: [1, 1, 1],
      batchSize: 600,
      seed: 1,
      epoch: 1,
      augmentation: { colorJitter: 0.25 },
    });
    // Of one grey pixel only the brightness changes.
    const levels = [...(batch?.images ?? [])];
    expect(Math.min(...levels)).toBeGreaterThanOrEqual(75);
    expect(Math.min(...levels)).toBeLessThan(76);
    expect(Math.max(...levels)).toBeLessThan(125);
    expect(Math.max(...levels)).toBeGreaterThan(124);
  });
});
