/** Where the files of a data set may lie on this machine. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CatalogEntry, fileNames } from './catalog.ts';

/** Variables that decide where data lie, NETSPACE_DATA and XDG_CACHE_HOME; `process.env` unless a caller says otherwise. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** netspace's part of the user's cache folder: what may be lost, and is then made again. */
export function cacheFolder(environment: Environment = process.env): string {
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'netspace');
}

/** Folder that fetched data sets are kept in: NETSPACE_DATA where it is set, otherwise netspace/data in the user's cache folder. */
export function dataFolder(environment: Environment = process.env): string {
  return environment.NETSPACE_DATA || join(cacheFolder(environment), 'data');
}

/** Folders in which the files of a data set are looked for, in this order. */
export function candidateFolders(entry: CatalogEntry, environment: Environment = process.env): string[] {
  // The compiled file lies one folder deeper than its source.
  const embedded = import.meta.url.endsWith('.ts') ? './embedded/' : '../embedded/';
  if (entry.embedded) return [fileURLToPath(new URL(embedded, import.meta.url))];
  const own = environment.NETSPACE_DATA;
  return [
    ...(own ? [join(own, entry.name), own] : []),
    join(dataFolder({ XDG_CACHE_HOME: environment.XDG_CACHE_HOME }), entry.name),
    join('/usr/share/datasets', entry.name),
  ];
}

/** The file's path with or without `.gz`, or undefined where the folder has neither. */
export function findFile(folder: string, name: string): string | undefined {
  return [join(folder, `${name}.gz`), join(folder, name)].find((path) => existsSync(path));
}

/** The first folder that holds one of the data set's files; whether all are there and whole shows when they are read. */
export function findFolder(entry: CatalogEntry, environment: Environment = process.env): string | undefined {
  const names = fileNames(entry).map((name) => name.replace(/\.gz$/, ''));
  return candidateFolders(entry, environment).find((folder) =>
    names.some((name) => findFile(folder, name) !== undefined),
  );
}
