/** Writing a file so that it is there whole or not at all. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Writes beside the file and then renames, making folders on the way; returns the full path. What went wrong names that path. */
export async function writeWhole(
  file: string,
  contents: string | Uint8Array | AsyncIterable<string | Uint8Array>,
): Promise<string> {
  const path = resolve(file);
  const beside = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(beside, contents);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {});
    throw Object.assign(error as NodeJS.ErrnoException, { path, isWriting: true });
  }
  return path;
}
