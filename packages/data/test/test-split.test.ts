import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImageSet } from '../dataset.ts';
import { splitOffTest } from '../test-split.ts';

/** Images of one pixel: equal values are copies. */
function setOf(values: readonly number[], labels: readonly number[]): ImageSet {
  return {
    images: Uint8Array.from(values),
    labels: Uint8Array.from(labels),
    count: values.length,
    resolution: 1,
    channels: 1,
  };
}

const classes = ['left', 'right'];

describe('a test part split off', () => {
  it('has a sixth of every class', () => {
    const labels = Array.from({ length: 240 }, (_, i) => (i < 180 ? 0 : 1));
    const values = labels.map((_, i) => i);
    const { train, test } = splitOffTest(setOf(values, labels), classes, 'pixels');
    expect([...test.labels].filter((label) => label === 0)).toHaveLength(30);
    expect([...test.labels].filter((label) => label === 1)).toHaveLength(10);
    expect([...train.images, ...test.images].toSorted((a, b) => a - b)).toEqual(values);
  });

  it('never shares an image with the training part, whatever the copies and their classes', () => {
    const images = fc.array(fc.tuple(fc.nat(40), fc.nat(1)), { minLength: 60, maxLength: 120 });
    fc.assert(
      fc.property(images, (some) => {
        // Fewer different images may leave a class without a test image; that case is below.
        for (const label of [0, 1])
          fc.pre(new Set(some.flatMap(([value, own]) => (own === label ? [value] : []))).size > 12);
        const set = setOf(
          some.map(([value]) => value),
          some.map(([, label]) => label),
        );
        const { train, test } = splitOffTest(set, classes, 'pixels');
        const learned = new Set(train.images);
        expect([...test.images].some((value) => learned.has(value))).toBe(false);
        expect(train.count + test.count).toBe(some.length);
      }),
    );
  });

  it('depends on the pixels alone: another order gives the same images', () => {
    const values = Array.from({ length: 60 }, (_, i) => i);
    const labels = values.map((value) => value % 2);
    const { test } = splitOffTest(setOf(values, labels), classes, 'pixels');
    const turned = splitOffTest(setOf(values.toReversed(), labels.toReversed()), classes, 'pixels');
    expect([...turned.test.images].toSorted()).toEqual([...test.images].toSorted());
  });

  it.each([
    ['one image of a class', [1, 2, 3], [0, 0, 1]],
    ['copies only', [1, 2, 3, 7, 7, 7], [0, 0, 0, 1, 1, 1]],
  ])('cannot be had of %s', (_, values, labels) => {
    expect(() => splitOffTest(setOf(values, labels), classes, 'pixels')).toThrow(
      'pixels: class "right" has too few different images to part them into training and test images; add some, or remove the class',
    );
  });
});
