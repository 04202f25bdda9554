/** Folders that appear whole or not at all: filled under a temporary name, then renamed. */
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const day = 24 * 3600 * 1000;

/** A new folder beside the target, on the same file system. */
export async function makeTemporary(target: string): Promise<string> {
  await mkdir(dirname(target), { recursive: true });
  await removeLeftovers(target);
  return mkdtemp(`${target}.tmp-`);
}

/** Removes what others left behind that were killed more than a day ago. */
async function removeLeftovers(target: string): Promise<void> {
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(`${basename(target)}.tmp-`)) continue;
    const path = join(dirname(target), name);
    const status = await stat(path).catch(() => undefined);
    if (status !== undefined && Date.now() - status.mtimeMs > day)
      await rm(path, { recursive: true, force: true });
  }
}

/** Renames the folder; where another process was quicker, its folder stays if it is whole. */
export async function moveInto(
  temporary: string,
  target: string,
  isWhole: () => Promise<boolean>,
): Promise<void> {
  // A temporary folder is its owner's alone; a data folder may be shared.
  await chmod(temporary, 0o755);
  for (;;) {
    if (await isWhole()) return;
    await rm(target, { recursive: true, force: true });
    try {
      return await rename(temporary, target);
    } catch (error) {
      // Somebody else's folder has come in between: look at it, as at the one before.
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}
