/** Loads a data set by name into memory, every file checked against its SHA-256. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CatalogEntry, type CatalogFile, catalog, findCatalogEntry } from './catalog.ts';
import type { Dataset, ImageSet } from './dataset.ts';
import { candidateFolders, type Environment, findFile, findFolder } from './folders.ts';
import { IdxError, unpack } from './idx.ts';
import { checkSameSize, type NamedFile, readImageSet } from './image-set.ts';
import { measurePixels } from './normalization.ts';

/** A data set that is known but not on this machine; `code` is `dataset-absent`. */
export class DatasetAbsentError extends Error {
  readonly code = 'dataset-absent';
}

/** A data set's file that is missing, unreadable or not what it was; `code` is `dataset-damaged`. */
export class DatasetDamagedError extends Error {
  readonly code = 'dataset-damaged';
  /** The file's path, and what is wrong with it. */
  readonly file: string;
  readonly finding: string;

  constructor(entry: CatalogEntry, folder: string, file: string, finding: string, cause?: unknown) {
    super(`${entry.name}: ${file} ${finding}; ${howToMend(entry, folder)}`, { cause });
    this.file = file;
    this.finding = finding;
  }
}

export interface DatasetListing {
  readonly name: string;
  /** `present`: fetched or installed before; `absent`: to be fetched. */
  readonly state: 'embedded' | 'present' | 'absent';
  /** Folder of its files, where they are on this machine. */
  readonly folder?: string;
  /** What makes an absent data set present. */
  readonly toFetch?: string;
  readonly classes: readonly string[];
  readonly trainImages: number;
  readonly testImages: number;
  /** Height and width in pixels. */
  readonly resolution: number;
  readonly channels: number;
  readonly source: string;
}

/** All data sets known by name and where they are; looks for files, but does not read them. */
export function listDatasets(environment: Environment = process.env): DatasetListing[] {
  return catalog.map((entry) => {
    const { files: _files, origin: _origin, embedded, ...rest } = entry;
    const folder = findFolder(entry, environment);
    if (folder === undefined) return { ...rest, state: 'absent', toFetch: howToFetch(entry) };
    return { ...rest, state: embedded ? 'embedded' : 'present', folder };
  });
}

/** Reads a data set whole; mean and deviation are those of all its training pixels. */
export async function loadDataset(name: string, environment: Environment = process.env): Promise<Dataset> {
  const entry = findCatalogEntry(name);
  const folder = findFolder(entry, environment);
  if (folder === undefined) throw new DatasetAbsentError(absence(entry, environment));
  return readDataset(entry, folder);
}

/** Reads a data set from the folder of its files. */
export async function readDataset(entry: CatalogEntry, folder: string): Promise<Dataset> {
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
    readChecked(entry, folder, entry.files.trainImages),
    readChecked(entry, folder, entry.files.trainLabels),
    readChecked(entry, folder, entry.files.testImages),
    readChecked(entry, folder, entry.files.testLabels),
  ]);
  const train = readImageSet(trainImages, trainLabels, entry.classes.length);
  const test = readImageSet(testImages, testLabels, entry.classes.length);
  checkSameSize(train, trainImages.name, test, testImages.name);
  return {
    name: entry.name,
    classes: entry.classes,
    train,
    test,
    ...measurePixels(train),
    checksum: checksumOf(train, test),
    source: entry.source,
  };
}

async function readChecked(entry: CatalogEntry, folder: string, file: CatalogFile): Promise<NamedFile> {
  const path = findFile(folder, file.name);
  if (path === undefined)
    throw new DatasetDamagedError(entry, folder, join(folder, `${file.name}.gz`), 'is missing');
  const bytes = await readContents(entry, folder, path);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== file.sha256) {
    const sums = `${found.slice(0, 12)}…, expected ${file.sha256.slice(0, 12)}…`;
    throw new DatasetDamagedError(entry, folder, path, `is damaged (SHA-256 of its contents ${sums})`);
  }
  return { name: path, bytes };
}

async function readContents(entry: CatalogEntry, folder: string, path: string): Promise<Uint8Array> {
  try {
    return unpack(await readFile(path), path);
  } catch (error) {
    const finding =
      error instanceof IdxError
        ? 'is damaged (it cannot be gunzipped)'
        : `cannot be read (${error instanceof Error ? error.message : String(error)})`;
    throw new DatasetDamagedError(entry, folder, path, finding, error);
  }
}

function absence(entry: CatalogEntry, environment: Environment): string {
  const folders = candidateFolders(entry, environment).join(', ');
  return `${entry.name} is not on this machine (looked in ${folders}); ${howToFetch(entry)}`;
}

function howToFetch(entry: CatalogEntry): string {
  return `fetch it with "netspace data fetch ${entry.name}", or set NETSPACE_DATA to the folder that holds it`;
}

function howToMend(entry: CatalogEntry, folder: string): string {
  return entry.embedded
    ? `restore it with "git checkout -- packages/data/embedded", or install netspace again`
    : `remove ${folder} and fetch it again with "netspace data fetch ${entry.name}"`;
}

function checksumOf(train: ImageSet, test: ImageSet): string {
  const hash = createHash('sha256');
  for (const part of [train, test]) hash.update(part.images).update(part.labels);
  return hash.digest('hex');
}
