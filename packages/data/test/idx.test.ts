import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdxError, readIdx, writeGzippedIdx, writeIdx } from '../idx.ts';
import { checkSameSize, readImageSet } from '../image-set.ts';

const shapes = fc
  .array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 })
  .chain((shape) =>
    fc.uint8Array({ minLength: size(shape), maxLength: size(shape) }).map((values) => ({ shape, values })),
  );

function size(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

function file(name: string, bytes: Uint8Array) {
  return { name, bytes };
}

const images = { shape: [2, 3, 3], values: Uint8Array.from({ length: 18 }, (_, i) => i) };
const labels = { shape: [2], values: Uint8Array.of(1, 0) };

describe('IDX files', () => {
  it('give back what was written into them, plain and gzipped', () => {
    fc.assert(
      fc.property(shapes, (idx) => {
        expect(readIdx(writeIdx(idx), 'plain')).toEqual(idx);
        expect(readIdx(writeGzippedIdx(idx), 'gzipped')).toEqual(idx);
      }),
    );
  });

  it('are laid out as the format says, byte for byte', () => {
    const bytes = writeIdx({ shape: [2, 258], values: new Uint8Array(516) });
    expect([...bytes.subarray(0, 12)]).toEqual([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 1, 2]);
    expect(bytes.length).toBe(12 + 516);
  });

  it('are never read when torn at any byte', () => {
    for (const whole of [writeIdx(images), writeGzippedIdx(images)])
      for (let length = 0; length < whole.length; length++)
        expect(() => readIdx(whole.subarray(0, length), 'torn.gz')).toThrow(IdxError);
  });

  it.each([
    ['no header', new TextEncoder().encode('<html>404</html>'), 'a.gz: not an IDX file'],
    ['a torn gzip stream', gzipSync(writeIdx(images)).subarray(0, 30), 'a.gz: torn: the gzip stream ends'],
    ['a broken gzip stream', Uint8Array.of(0x1f, 0x8b, 1, 2, 3, 4), 'a.gz: damaged: it cannot be gunzipped'],
    ['floats', Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 0), 'a.gz: holds 32-bit floats'],
    [
      'an unknown type',
      Uint8Array.of(0, 0, 0x0a, 1, 0, 0, 0, 0),
      'a.gz: holds values of the unknown type 0x0a',
    ],
    ['no axis', Uint8Array.of(0, 0, 8, 0), 'a.gz: has 0 axes'],
    ['half a header', Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 1), 'a.gz: truncated within its header of 2 axes'],
    [
      'too few bytes',
      writeIdx(images).subarray(0, 30),
      'a.gz: truncated: its header announces 2 x 3 x 3 = 18 bytes, 14 follow',
    ],
    ['too many bytes', Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7, 7, 7), 'a.gz: 2 bytes too many after the 1'],
  ])('with %s are refused in words', (_, bytes, message) => {
    expect(() => readIdx(bytes, 'a.gz')).toThrow(message);
  });

  it('are not written with a shape that their bytes do not fill', () => {
    expect(() => writeIdx({ shape: [2, 2], values: new Uint8Array(3) })).toThrow(
      'cannot write 3 bytes as 2 x 2',
    );
  });
});

describe('a pair of IDX files', () => {
  it('is read as images with their labels', () => {
    const set = readImageSet(file('i', writeIdx(images)), file('l', writeIdx(labels)), 2);
    expect(set).toEqual({
      images: images.values,
      labels: labels.values,
      count: 2,
      resolution: 3,
      channels: 1,
    });
  });

  it('may hold colour images as a fourth axis', () => {
    const colour = { shape: [1, 2, 2, 3], values: new Uint8Array(12) };
    const set = readImageSet(
      file('i', writeIdx(colour)),
      file('l', writeIdx({ shape: [1], values: Uint8Array.of(0) })),
      1,
    );
    expect(set).toMatchObject({ count: 1, resolution: 2, channels: 3 });
  });

  it.each([
    [
      'of different parts',
      images,
      { shape: [3], values: new Uint8Array(3) },
      'i holds 2 images, but l 3 labels',
    ],
    [
      'whose labels exceed the classes',
      images,
      { shape: [2], values: Uint8Array.of(0, 9) },
      'l: mislabelled: label 9 of image 1',
    ],
    [
      'that is swapped',
      labels,
      images,
      'i: has the shape 2, which is not one of images; it looks like a file of labels',
    ],
    [
      'whose labels are images',
      images,
      images,
      'l: has the shape 2 x 3 x 3, but labels have one axis; it looks like a file of images',
    ],
    [
      'whose images are not square',
      { shape: [1, 2, 3], values: new Uint8Array(6) },
      labels,
      'i: its images are 2 x 3 pixels; they must be square',
    ],
    [
      'that is empty',
      { shape: [0, 2, 2], values: new Uint8Array(0) },
      labels,
      'i: has the shape 0 x 2 x 2, which holds no pixel',
    ],
  ])('%s is refused in words', (_, first, second, message) => {
    expect(() => readImageSet(file('i', writeIdx(first)), file('l', writeIdx(second)), 2)).toThrow(message);
  });

  it('of the test part must have the size of the training part', () => {
    const set = { images: images.values, labels: labels.values, count: 2, resolution: 3, channels: 1 };
    expect(() => checkSameSize(set, 'a', { ...set, resolution: 4 }, 'b')).toThrow(
      'a holds images of 3 x 3 x 1, b of 4 x 4 x 1',
    );
    expect(() => checkSameSize(set, 'a', set, 'b')).not.toThrow();
  });
});
