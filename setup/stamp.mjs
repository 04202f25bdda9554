/** Remembers that a step is done, together with a key of all that it was made from; another key makes it due again. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** @param {string} file @param {string} key */
export function isStamped(file, key) {
  try {
    return readFileSync(file, 'utf8') === key;
  } catch {
    return false;
  }
}

/**
 * Does the work unless its stamp says that it is done. The stamp goes before the work and returns after it, so an interrupted
 * step is due again.
 * @param {string} file @param {string} key @param {() => Promise<void>} work
 * @returns {Promise<boolean>} whether there was anything to do
 */
export async function once(file, key, work) {
  if (isStamped(file, key)) return false;
  rmSync(file, { force: true });
  await work();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.tmp`, key);
  renameSync(`${file}.tmp`, file);
  return true;
}

/** @param {readonly string[]} parts */
export function keyOf(parts) {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
