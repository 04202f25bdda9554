/**
 * Fetches a data set once, without root: as a Debian package where there is apt-get, otherwise from its official address.
 *
 * fetch into a folder of a temporary name → check every SHA-256 → rename. An interruption at any moment leaves no half data set.
 */
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type CatalogEntry, findCatalogEntry } from './catalog.ts';
import { type Environment, dataFolder, findFolder } from './folders.ts';
import { DatasetDamagedError, readDataset } from './load.ts';
import { type Report, type Route, routes } from './route.ts';

export interface FetchOptions {
  readonly environment?: Environment;
  /** Told again and again how far the fetching is. */
  readonly onProgress?: Report;
  /** Aborting it ends the fetching and removes what was begun. */
  readonly signal?: AbortSignal;
  /** Ways to get at the files, tried in this order. */
  readonly routes?: readonly Route[];
}

/** A data set that could not be fetched; `code` is `fetch`. */
export class FetchError extends Error {
  readonly code = 'fetch';
}

const day = 24 * 3600 * 1000;

/** Makes a data set present and returns the folder of its files; fetches nothing where it is already there and whole. */
export function fetchDataset(name: string, options: FetchOptions = {}): Promise<string> {
  return fetchEntry(findCatalogEntry(name), options);
}

/** The same for an entry of the catalog. */
export async function fetchEntry(entry: CatalogEntry, options: FetchOptions = {}): Promise<string> {
  const present = await findWhole(entry, options.environment);
  if (present !== undefined) return present;
  const target = join(dataFolder(options.environment), entry.name);
  const temporary = await makeTemporary(target);
  try {
    await tryRoutes(entry, temporary, options);
    await moveInto(entry, temporary, target);
    return target;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** The folder that holds the whole data set, or undefined where there is none or it is damaged. */
async function findWhole(
  entry: CatalogEntry,
  environment: Environment | undefined,
): Promise<string | undefined> {
  const folder = findFolder(entry, environment);
  if (folder === undefined || (!entry.embedded && !(await isWhole(entry, folder)))) return undefined;
  return folder;
}

async function isWhole(entry: CatalogEntry, folder: string): Promise<boolean> {
  try {
    await readDataset(entry, folder);
    return true;
  } catch {
    return false;
  }
}

async function makeTemporary(target: string): Promise<string> {
  try {
    await mkdir(dirname(target), { recursive: true });
    await removeLeftovers(target);
    return await mkdtemp(`${target}.tmp-`);
  } catch (error) {
    throw new FetchError(
      `cannot write into ${dirname(target)} (${messageOf(error)}); make it writable or set NETSPACE_DATA to a folder that is`,
      { cause: error },
    );
  }
}

/** Removes what fetches left behind that were killed more than a day ago. */
async function removeLeftovers(target: string): Promise<void> {
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(`${basename(target)}.tmp-`)) continue;
    const path = join(dirname(target), name);
    const status = await stat(path).catch(() => undefined);
    if (status !== undefined && Date.now() - status.mtimeMs > day)
      await rm(path, { recursive: true, force: true });
  }
}

async function tryRoutes(entry: CatalogEntry, folder: string, options: FetchOptions): Promise<void> {
  const failures: string[] = [];
  for (const route of options.routes ?? routes) {
    try {
      await route.fetch(entry, folder, options.onProgress ?? (() => {}), options.signal);
      await readDataset(entry, folder);
      return;
    } catch (error) {
      if (options.signal?.aborted)
        throw new FetchError(`fetching ${entry.name} was interrupted`, { cause: error });
      failures.push(`${route.name}: ${messageOf(error)}`);
    }
  }
  const files = Object.values(entry.files).map((file) => `${file.name}.gz`);
  throw new FetchError(
    `${entry.name} could not be fetched (${failures.join('; ')}); try again later, or put ${files.join(', ')} into ${join(dataFolder(options.environment), entry.name)} by hand`,
  );
}

/** Renames the folder; where another process was quicker, its data set stays if it is whole. */
async function moveInto(entry: CatalogEntry, temporary: string, target: string): Promise<void> {
  // A temporary folder is its owner's alone; a data folder may be shared.
  await chmod(temporary, 0o755);
  for (;;) {
    if (await isWhole(entry, target)) return;
    await rm(target, { recursive: true, force: true });
    try {
      return await rename(temporary, target);
    } catch (error) {
      // Somebody else's folder has come in between: look at it, as at the one before.
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

function messageOf(error: unknown): string {
  if (error instanceof DatasetDamagedError) return `${basename(error.file)} ${error.finding}`;
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return 'the disk is full';
  return error instanceof Error ? error.message : String(error);
}
