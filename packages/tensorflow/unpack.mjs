/** Takes out of the wheel what the binding needs: two libraries, and all headers, which include each other widely. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { extract, listEntries } from './zip.mjs';

/** Takes the libraries and the headers out of the wheel. @param {import('./wheel.mjs').Wheel} wheel @param {string} archive @param {string} work @param {(message: string) => void} report */
export async function unpack(wheel, archive, work, report) {
  const target = (/** @type {string} */ name) => {
    if (name.startsWith('tensorflow/include/')) return join(work, 'deps', name.slice('tensorflow/'.length));
    const library = wheel.libraries.find((file) => name === `tensorflow/${file}`);
    return library === undefined ? undefined : join(work, 'deps', 'lib', library);
  };
  const entries = (await listEntries(archive)).filter((entry) => target(entry.name) !== undefined);
  const total = entries.reduce((sum, entry) => sum + entry.size, 0);
  let done = 0;
  await extract(archive, target, (bytes) => {
    done += bytes;
    report(`unpacking, ${Math.round(done / 1e6)} of ${Math.round(total / 1e6)} MB`);
  });
  for (const [link, library] of Object.entries(wheel.links))
    symlinkSync(library, join(work, 'deps', 'lib', link));
}
