import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dataset, ImageSet } from '../dataset.ts';
import { apportion, chooseEvenly, holdOut } from '../split.ts';

/** A set whose image i is one pixel of brightness i, so that every image can be told. */
function setOf(labels: readonly number[]): ImageSet {
  return {
    images: Uint8Array.from(labels, (_, i) => i),
    labels: Uint8Array.from(labels),
    count: labels.length,
    resolution: 1,
    channels: 1,
  };
}

function datasetOf(labels: readonly number[], classes: number): Dataset {
  return {
    name: 'dots',
    classes: Array.from({ length: classes }, (_, k) => `class ${k}`),
    train: setOf(labels),
    get test(): ImageSet {
      throw new Error('the test part was looked at');
    },
    mean: [1],
    deviation: [2],
    checksum: 'abc',
    source: 'made up',
  };
}

const tenOfEach = Array.from({ length: 50 }, (_, i) => i % 5);

function countLabels(set: ImageSet, classes: number): number[] {
  return Array.from({ length: classes }, (_, k) => set.labels.filter((label) => label === k).length);
}

function heldOut(seed: number): Uint8Array {
  return holdOut(datasetOf(tenOfEach, 5), { seed, validationShare: 0.2 }).validation.images;
}

describe('holding out', () => {
  it('parts the images in two that have none in common, with their labels, and never looks at the test part', () => {
    const data = holdOut(datasetOf(tenOfEach, 5), { seed: 1, validationShare: 0.2 });
    const all = [...data.train.images, ...data.validation.images].toSorted((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: 50 }, (_, i) => i));
    for (const part of [data.train, data.validation])
      expect([...part.labels]).toEqual([...part.images].map((image) => image % 5));
    expect(data).toMatchObject({ name: 'dots', mean: [1], deviation: [2], checksum: 'abc' });
  });

  it('takes the same share of every class', () => {
    const data = holdOut(datasetOf(tenOfEach, 5), { seed: 7, validationShare: 0.3, limit: 20 });
    expect(countLabels(data.validation, 5).toSorted()).toEqual([1, 1, 1, 1, 2]);
    expect(countLabels(data.train, 5).map((n, k) => n + (countLabels(data.validation, 5)[k] ?? 0))).toEqual([
      4, 4, 4, 4, 4,
    ]);
  });

  it('is the same for the same seed and another for another seed', () => {
    expect(heldOut(3)).toEqual(heldOut(3));
    expect(heldOut(3)).not.toEqual(heldOut(4));
  });

  it('keeps the shares of uneven classes up to one image, whatever their sizes', () => {
    const labels = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 200 });
    fc.assert(
      fc.property(labels, fc.integer(), fc.integer({ min: 2, max: 250 }), (some, seed, limit) => {
        const data = holdOut(datasetOf(some, 4), { seed, validationShare: 0.5, limit });
        const used = Math.min(limit, some.length);
        expect(data.train.count + data.validation.count).toBe(used);
        countLabels(data.validation, 4).forEach((held, k) => {
          const members = some.filter((label) => label === k).length;
          expect(Math.abs(held - (data.validation.count * members) / some.length)).toBeLessThan(2);
        });
      }),
    );
  });

  it.each([
    [{ validationShare: 0 }, 'validationShare 0: it must be above 0 and below 1'],
    [{ validationShare: 1 }, 'validationShare 1'],
    [{ validationShare: NaN }, 'validationShare NaN'],
    [{ validationShare: 0.2, limit: 2.5 }, 'limit 2.5: it must be a whole number'],
    [{ validationShare: 0.01, limit: 10 }, 'dots: a share of 0.01 of 10 images holds out 0 of them'],
    [{ validationShare: 0.99, limit: 10 }, 'holds out 10 of them; both parts need at least one'],
  ])('of %j is refused in words', (options, message) => {
    expect(() => holdOut(datasetOf(tenOfEach, 5), { seed: 1, ...options })).toThrow(message);
  });
});

describe('sharing out', () => {
  it('gives away the whole total, never more than a size, each share within one of its quota', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), (some, share) => {
        const sum = some.reduce((a, b) => a + b, 0);
        const total = Math.floor(sum * share);
        const shares = apportion(total, some);
        expect(shares.reduce((a, b) => a + b, 0)).toBe(total);
        shares.forEach((given, k) => {
          expect(given).toBeLessThanOrEqual(some[k] ?? 0);
          if (sum > 0) expect(Math.abs(given - (total * (some[k] ?? 0)) / sum)).toBeLessThan(1);
        });
      }),
    );
  });
});

describe('choosing evenly', () => {
  it('takes as many images of each class as asked for, none twice', () => {
    const chosen = chooseEvenly(setOf(tenOfEach), 5, 4, 'seed');
    expect(new Set(chosen).size).toBe(20);
    expect(chosen.map((i) => i % 5).toSorted()).toEqual([
      0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4,
    ]);
  });

  it('refuses to take more than a class has', () => {
    expect(() => chooseEvenly(setOf(tenOfEach), 5, 11, 1)).toThrow('class 0 has 10 images; 11 of each class');
  });
});

describe('holding out with copies together', () => {
  /** Training image i is of brightness i modulo 20: each is there several times, of whatever class. */
  const labels = Array.from({ length: 200 }, (_, i) => i % 3);
  const set = (values: readonly number[], of: readonly number[]): ImageSet => ({
    ...setOf(of),
    images: Uint8Array.from(values),
  });
  const dataset: Dataset = {
    name: 'dots',
    classes: ['a', 'b', 'c'],
    mean: [1],
    deviation: [2],
    checksum: 'abc',
    source: 'made up',
    train: set(
      labels.map((_, i) => (i < 60 ? i % 20 : i)),
      labels,
    ),
    test: set([3, 4, 77, 250], [0, 1, 2, 0]),
  };
  const part = (seed: number, limit?: number) =>
    holdOut(dataset, {
      seed,
      validationShare: 0.25,
      copies: 'together',
      ...(limit !== undefined && { limit }),
    });

  it('has no image on two sides, whatever the seed and the limit, and loses none', () => {
    for (let seed = 0; seed < 20; seed++)
      for (const limit of [undefined, 100]) {
        const { train, validation } = part(seed, limit);
        const learned = new Set(train.images);
        expect([...validation.images].filter((image) => learned.has(image))).toEqual([]);
        expect([...train.images, ...validation.images].some((image) => [3, 4, 77].includes(image))).toBe(
          false,
        );
        // 3 and 4 are there three times each, 77 once.
        if (limit === undefined) expect(train.count + validation.count).toBe(200 - 7);
        expect(validation.count / (train.count + validation.count)).toBeGreaterThan(0.1);
        expect(validation.count / (train.count + validation.count)).toBeLessThan(0.4);
      }
  });

  it('keeps images with their labels', () => {
    const { train, validation } = part(5);
    const unique = [...train.images, ...validation.images].map((image, i) => [
      image,
      [...train.labels, ...validation.labels][i],
    ]);
    for (const [image = 0, label] of unique) if (image >= 60) expect(label).toBe(image % 3);
  });

  it('leaves the split of a plan that does not ask for it as it was', () => {
    const plain = holdOut(datasetOf(tenOfEach, 5), { seed: 1, validationShare: 0.2 });
    expect([...plain.validation.images].toSorted((a, b) => a - b)).toEqual(
      [...heldOut(1)].toSorted((a, b) => a - b),
    );
  });
});
