/** Makes a release: tarballs of all packages, their SHA-256, and a bill of materials. Usage: npm run release [FOLDER] */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeBill } from './bill-of-materials.mjs';
import { packAll } from './pack.mjs';

const folder = process.argv[2] ?? fileURLToPath(new URL('../release', import.meta.url));
rmSync(folder, { recursive: true, force: true });
const tarballs = [...packAll(folder).values()];
const sum = (/** @type {string} */ file) => createHash('sha256').update(readFileSync(file)).digest('hex');
const bill = join(folder, 'netspace.spdx.json');
await writeBill(tarballs, bill);
writeFileSync(
  join(folder, 'SHA256SUMS'),
  [...tarballs, bill].map((file) => `${sum(file)}  ${basename(file)}\n`).join(''),
);
console.log(`${tarballs.length} packages, SHA256SUMS and netspace.spdx.json are in ${folder}`);
