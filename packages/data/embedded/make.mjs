/**
 * Writes the embedded subset of Fashion-MNIST: node make.mjs FOLDER, where FOLDER holds the full set's four IDX files.
 * Run it after `pnpm build`. The choice of images depends on the seed alone, so it writes the same contents every time.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeGzippedIdx, writeIdx } from '../dist/idx.js';
import { readImageSet } from '../dist/image-set.js';
import { chooseEvenly, selectImages } from '../dist/split.js';

const seed = 'fashion-mnist-12k';
const parts = [
  { part: 'train', perClass: 1000 },
  { part: 't10k', perClass: 200 },
];

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: node make.mjs FOLDER, the folder of the four IDX files of Fashion-MNIST');

for (const { part, perClass } of parts) {
  const read = (name) => ({ name, bytes: readFileSync(join(folder, name)) });
  const full = readImageSet(read(`${part}-images-idx3-ubyte.gz`), read(`${part}-labels-idx1-ubyte.gz`), 10);
  const chosen = selectImages(full, chooseEvenly(full, 10, perClass, `${seed}/${part}`));
  write(`${part}-images-idx3-ubyte.gz`, { shape: [chosen.count, 28, 28], values: chosen.images });
  write(`${part}-labels-idx1-ubyte.gz`, { shape: [chosen.count], values: chosen.labels });
}

function write(name, idx) {
  const packed = writeGzippedIdx(idx);
  writeFileSync(join(import.meta.dirname, name), packed);
  console.log(`${name}  ${packed.length} bytes\n  file     ${sha256(packed)}\n  contents ${sha256(writeIdx(idx))}`);
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}
