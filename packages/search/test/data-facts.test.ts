import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { random } from '@netspace/stats/random';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { imbalanceOf, understandData } from '../data-facts.ts';
import { describeCopies, describeData } from '../wording.ts';

const folder = mkdtempSync(join(tmpdir(), 'netspace-search-data-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const side = 16;

function writeIdx(name: string, shape: readonly number[], values: Uint8Array): void {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt16BE(8, 1);
  header.writeUInt8(8, 2);
  header.writeUInt8(shape.length, 3);
  shape.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  writeFileSync(join(folder, 'data', name), Buffer.concat([header, values]));
}

function writePart(part: string, images: readonly Uint8Array[], labels: readonly number[]): void {
  const pixels = Uint8Array.from(images.flatMap((image) => [...image]));
  writeIdx(`${part}-images-idx3-ubyte`, [images.length, side, side], pixels);
  writeIdx(`${part}-labels-idx1-ubyte`, [labels.length], Uint8Array.from(labels));
}

const pictureOf = (seed: number): Uint8Array => {
  const stream = random(seed);
  return Uint8Array.from({ length: side * side }, () => 40 + stream.below(160));
};
const pictures = Array.from({ length: 40 }, (_, i) => pictureOf(i));
const pick = (index: number): Uint8Array => pictures[index] ?? new Uint8Array(side * side);
const lighter = (index: number): Uint8Array => pick(index).map((value) => value + 10);

beforeAll(() => {
  process.env['NETSPACE_DATA'] = join(folder, 'cache');
  mkdirSync(join(folder, 'data'));
  // 30 pictures; picture 0 again under another label, 1 again twice, 2 a little lighter.
  const train = [...pictures.slice(0, 30), pick(0), pick(1), pick(1), lighter(2)];
  const labels = [...Array.from({ length: 30 }, (_, i) => (i < 24 ? 0 : 1)), 1, 0, 0, 0];
  writePart('train', train, labels);
  // Pictures of its own, picture 3 of the training part, and picture 4 a little lighter.
  writePart(
    'test',
    [...pictures.slice(30), pick(3), lighter(4)],
    [...Array.from({ length: 10 }, (_, i) => i % 2), 0, 0],
  );
});

it('what is there more than once is counted as it was made', async () => {
  const facts = await understandData(join(folder, 'data'));
  expect(facts).toMatchObject({ trainCounts: [27, 7], input: { resolution: side, channels: 1, classes: 2 } });
  expect(facts.copies).toMatchObject({
    // 0 twice, 1 three times.
    withinTrain: 5,
    acrossParts: 1,
    contradicting: 1,
    nearPairs: 2,
    nearAcrossParts: 1,
    examples: [
      { a: { set: 0, index: 4 }, b: { set: 1, index: 11 } },
      { a: { set: 0, index: 2 }, b: { set: 0, index: 33 } },
    ],
  });
  expect(imbalanceOf(facts)).toBeCloseTo(27 / 7, 12);
  expect(describeData(facts).join('\n')).toMatch(
    /0 has 27 training images, 1 7; every part keeps the shares/,
  );
  expect(describeCopies(facts)).toHaveLength(4);
});
