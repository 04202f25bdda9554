/** Small pictures of classes that networks learn to tell apart in an epoch. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { random } from '@netspace/stats/random';

/** Stripes across, stripes along, stripes aslant, all of them noisy. */
function isBright(label: number, x: number, y: number): boolean {
  return [x, y, x + y].map((place) => place % 4 < 2)[label] ?? false;
}

/** A grey PNG of a class; `light` makes another picture of it. */
export function stripedPng(label: number, side: number, light = 0): Buffer {
  const rows = Array.from({ length: side }, (_, y) => [
    0,
    ...Array.from({ length: side }, (__, x) => (isBright(label, x >> 1, y >> 1) ? 150 : 100) + light),
  ]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.writeUInt8(8, 8);
  const chunks = [
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Uint8Array.from(rows.flat()))),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks]);
}

function chunk(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** Pixels of a side, and classes, of `writeStripes`. */
export const stripes = { resolution: 12, classes: 3 };

/** A folder of IDX pairs with so many images of each part. */
export function writeStripes(
  folder: string,
  counts: { readonly train: number; readonly test: number },
): void {
  mkdirSync(folder, { recursive: true });
  for (const [part, count] of Object.entries(counts)) writePart(folder, part, count);
}

function writePart(folder: string, part: string, count: number): void {
  const { resolution, classes } = stripes;
  const stream = random(part);
  const pixels = Uint8Array.from({ length: count * resolution ** 2 }, (_, i) => {
    const [image, place] = [Math.trunc(i / resolution ** 2), i % resolution ** 2];
    const bright = isBright(image % classes, place % resolution, Math.trunc(place / resolution));
    return (bright ? 90 : 40) + stream.below(120);
  });
  const labels = Uint8Array.from({ length: count }, (_, i) => i % classes);
  writeIdx(join(folder, `${part}-images-idx3-ubyte`), [count, resolution, resolution], pixels);
  writeIdx(join(folder, `${part}-labels-idx1-ubyte`), [count], labels);
}

function writeIdx(path: string, shape: readonly number[], values: Uint8Array): void {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt16BE(8, 1);
  header.writeUInt8(shape.length, 3);
  header.writeUInt8(8, 2);
  shape.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  writeFileSync(path, Buffer.concat([header, values]));
}
