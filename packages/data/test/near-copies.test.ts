import { random } from '@netspace/stats/random';
import { describe, expect, it } from 'vitest';
import type { ImageSet } from '../dataset.ts';
import { findNearCopies } from '../near-copies.ts';

const resolution = 32;
const channels = 3;
const size = resolution * resolution * channels;

/** A smooth picture of a few waves, as photographs are smooth. */
function picture(seed: number): Uint8Array {
  const stream = random(seed);
  const waves = Array.from({ length: 4 }, () => ({
    x: (1 + stream.below(4)) / resolution,
    y: (1 + stream.below(4)) / resolution,
    phase: stream.next(),
  }));
  return Uint8Array.from({ length: size }, (_, i) => {
    const pixel = Math.trunc(i / channels);
    const [x, y] = [pixel % resolution, Math.trunc(pixel / resolution)];
    const sum = waves.reduce(
      (total, wave) => total + Math.sin(2 * Math.PI * (wave.x * x + wave.y * y + wave.phase)),
      0,
    );
    return 128 + 25 * sum;
  });
}

function setOf(pictures: readonly Uint8Array[]): ImageSet {
  const images = new Uint8Array(pictures.length * size);
  pictures.forEach((each, i) => images.set(each, i * size));
  return { images, labels: new Uint8Array(pictures.length), count: pictures.length, resolution, channels };
}

const different = Array.from({ length: 60 }, (_, i) => picture(i));
const changed = (index: number, change: (value: number, i: number) => number): Uint8Array =>
  (different[index] ?? new Uint8Array(size)).map(change);
const noise = random('noise');

describe('near copies', () => {
  it.each([
    ['lighter', changed(7, (value) => value + 12)],
    ['of less contrast', changed(7, (value) => 128 + 0.8 * (value - 128))],
    ['with the noise of a file that was saved again', changed(7, (value) => value + noise.below(9) - 4)],
  ])('are found where an image is %s, in another set', (_what, copy) => {
    expect(findNearCopies([setOf(different), setOf([copy])])).toEqual([
      { a: { set: 0, index: 7 }, b: { set: 1, index: 0 } },
    ]);
  });

  it('are found within a set, each pair once', () => {
    const again = [changed(7, (value) => value + 5), changed(9, (value) => value - 5)];
    const pairs = findNearCopies([setOf([...different, ...again])]);
    expect(pairs.map(({ a, b }) => [a.index, b.index])).toEqual([
      [7, 60],
      [9, 61],
    ]);
  });

  it('are not found among different pictures, nor is what is equal called near', () => {
    expect(findNearCopies([setOf(different)])).toEqual([]);
    expect(findNearCopies([setOf(different), setOf(different)])).toEqual([]);
  });
});
