/**
 * Images that are nearly the same: saved again, in another size before, a little lighter. By a difference hash of 64 bits (dHash: is each of 8 x 9
 * squares of the grey image brighter than its neighbour to the right?), and then by the squares themselves.
 */
import type { ImageSet } from './dataset.ts';

/** A pair of images of the sets that were looked through, as (set, index). */
export interface NearPair {
  readonly a: ImagePlace;
  readonly b: ImagePlace;
}

export interface ImagePlace {
  readonly set: number;
  readonly index: number;
}

const rows = 8;
const columns = 9;

/** Bits that may differ; with as many parts less one, two such hashes are equal in at least one part of four. */
const mostBits = 3;
const parts = 4;

/**
 * Mean difference of the squares, whose deviation is made 64: another brightness or contrast changes nothing, and saving a photograph again
 * less than 1. Two T-shirts of Fashion-MNIST that look alike are seldom nearer than 3.
 */
const mostDifference = 2;

/** Images of one part of a hash that each further one is compared with; more are only there where hashes say little, as of blank images. */
const mostCompared = 500;

interface Sketch {
  readonly place: ImagePlace;
  readonly hash: readonly [number, number];
  readonly squares: Float32Array;
}

/** All pairs of near copies, equal images left out; each image is compared with those of its own set and of the others. */
export function findNearCopies(sets: readonly ImageSet[]): NearPair[] {
  const buckets = Array.from({ length: parts }, () => new Map<number, Sketch[]>());
  const pairs: NearPair[] = [];
  for (const [number, set] of sets.entries())
    for (let index = 0; index < set.count; index++) {
      const sketch = sketchOf(set, { set: number, index });
      for (const other of meet(buckets, sketch))
        if (!isEqual(sets, other.place, sketch.place)) pairs.push({ a: other.place, b: sketch.place });
    }
  return pairs;
}

/** The earlier images that are near this one, which is put among them. */
function meet(buckets: readonly Map<number, Sketch[]>[], sketch: Sketch): Sketch[] {
  return buckets.flatMap((bucketsOfPart, part) => {
    const key = partOf(sketch.hash, part);
    const bucket = bucketsOfPart.get(key) ?? [];
    const near: Sketch[] = [];
    for (let i = Math.max(0, bucket.length - mostCompared); i < bucket.length; i++) {
      const other = bucket[i];
      if (other && isNear(other, sketch) && !haveMet(other, sketch, part)) near.push(other);
    }
    bucketsOfPart.set(key, bucket);
    bucket.push(sketch);
    return near;
  });
}

/** In an earlier part. */
function haveMet(a: Sketch, b: Sketch, part: number): boolean {
  for (let each = 0; each < part; each++) if (partOf(a.hash, each) === partOf(b.hash, each)) return true;
  return false;
}

function isNear(a: Sketch, b: Sketch): boolean {
  if (bitsOf(a.hash[0] ^ b.hash[0]) + bitsOf(a.hash[1] ^ b.hash[1]) > mostBits) return false;
  let difference = 0;
  for (let i = 0; i < a.squares.length; i++)
    difference += Math.abs((a.squares[i] ?? 0) - (b.squares[i] ?? 0));
  return difference / a.squares.length <= mostDifference;
}

function isEqual(sets: readonly ImageSet[], a: ImagePlace, b: ImagePlace): boolean {
  const [first, second] = [pixelsOf(sets[a.set], a.index), pixelsOf(sets[b.set], b.index)];
  return first.length === second.length && first.every((value, i) => value === second[i]);
}

function pixelsOf(set: ImageSet | undefined, index: number): Uint8Array {
  if (!set) return new Uint8Array();
  const size = set.images.length / set.count;
  return set.images.subarray(index * size, (index + 1) * size);
}

function sketchOf(set: ImageSet, place: ImagePlace): Sketch {
  const squares = averageSquares(pixelsOf(set, place.index), set);
  const hash: [number, number] = [0, 0];
  for (let bit = 0; bit < rows * (columns - 1); bit++) {
    const at = Math.trunc(bit / (columns - 1)) * columns + (bit % (columns - 1));
    // Neighbours in a hash go to different parts, so that no part is all of a blank border.
    if ((squares[at] ?? 0) > (squares[at + 1] ?? 0)) hash[bit % 2] = (hash[bit % 2] ?? 0) | (1 << (bit >> 1));
  }
  return { place, hash, squares: standardised(squares) };
}

/** Means of the grey values over 8 rows and 9 columns of squares; each pixel belongs to the square that holds its middle. */
function averageSquares(pixels: Uint8Array, { resolution, channels }: ImageSet): Float32Array {
  const sums = new Float32Array(rows * columns);
  const counts = new Float32Array(rows * columns);
  for (let y = 0; y < resolution; y++)
    for (let x = 0; x < resolution; x++) {
      const square =
        Math.trunc(((y + 0.5) * rows) / resolution) * columns +
        Math.trunc(((x + 0.5) * columns) / resolution);
      counts[square] = (counts[square] ?? 0) + 1;
      let grey = 0;
      for (let c = 0; c < channels; c++) grey += pixels[(y * resolution + x) * channels + c] ?? 0;
      sums[square] = (sums[square] ?? 0) + grey / channels;
    }
  return sums.map((sum, i) => sum / Math.max(1, counts[i] ?? 1));
}

/** Of mean 0 and deviation 64, as of a usual picture; a blank image stays 0. */
function standardised(squares: Float32Array): Float32Array {
  const mean = squares.reduce((sum, value) => sum + value, 0) / squares.length;
  const deviation = Math.sqrt(squares.reduce((sum, value) => sum + (value - mean) ** 2, 0) / squares.length);
  return squares.map((value) => (deviation < 1 ? 0 : (64 * (value - mean)) / deviation));
}

/** 16 of the 64 bits. */
function partOf(hash: readonly [number, number], part: number): number {
  return ((hash[part & 1] ?? 0) >>> (part < 2 ? 0 : 16)) & 0xffff;
}

/** Ones of a word, added up in pairs, in fours and in eights: it is asked a hundred million times. */
function bitsOf(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
