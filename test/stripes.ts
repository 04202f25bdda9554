/** Small pictures of classes that networks learn to tell apart in an epoch. */
import { crc32, deflateSync } from 'node:zlib';

/** Stripes across, stripes along, stripes aslant, all of them noisy. */
export function isBright(label: number, x: number, y: number): boolean {
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
