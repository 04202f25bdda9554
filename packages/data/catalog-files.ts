/** The files of a data set of the catalog: every one checked against its checksum, then read. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CatalogEntry, CatalogFile, CifarEntry, IdxEntry } from './catalog.ts';
import { findCifarForm, readCifar } from './cifar.ts';
import type { DecodedDataset } from './decoded-dataset.ts';
import { findFile } from './folders.ts';
import { IdxError, unpack } from './idx.ts';
import { checkSameSize, type NamedFile, readImageSet } from './image-set.ts';
import { readTar } from './tar.ts';

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

/** Throws a DatasetDamagedError unless every file is there and whole. */
export async function checkEntry(entry: CatalogEntry, folder: string): Promise<void> {
  if (entry.format === 'cifar') await readArchive(entry, folder);
  else await readEntry(entry, folder);
}

/** Reads a data set from the folder of its files. */
export async function readEntry(entry: CatalogEntry, folder: string): Promise<DecodedDataset> {
  if (entry.format === 'idx') return readIdxEntry(entry, folder);
  const files = readTar(await readArchive(entry, folder));
  const form = findCifarForm([...files.keys()]);
  if (form === undefined)
    throw new DatasetDamagedError(entry, folder, join(folder, entry.archive.name), 'holds no CIFAR files');
  const decoded = await readCifar(form, (name) => Promise.resolve(files.get(name)));
  return { ...decoded, source: entry.source };
}

async function readIdxEntry(entry: IdxEntry, folder: string): Promise<DecodedDataset> {
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
    readChecked(entry, folder, entry.files.trainImages),
    readChecked(entry, folder, entry.files.trainLabels),
    readChecked(entry, folder, entry.files.testImages),
    readChecked(entry, folder, entry.files.testLabels),
  ]);
  const train = readImageSet(trainImages, trainLabels, entry.classes.length);
  const test = readImageSet(testImages, testLabels, entry.classes.length);
  checkSameSize(train, trainImages.name, test, testImages.name);
  return { classes: entry.classes, train, test, source: entry.source };
}

/** A file's contents, gunzipped, of the SHA-256 they must have. */
async function readChecked(entry: IdxEntry, folder: string, file: CatalogFile): Promise<NamedFile> {
  const path = pathOf(entry, folder, `${file.name}.gz`);
  const bytes = await readContents(entry, folder, path);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== file.sha256)
    throw wrongSum(entry, folder, path, 'SHA-256 of its contents', found, file.sha256);
  return { name: path, bytes };
}

/** The archive as it is, of the MD5 it must have. */
async function readArchive(entry: CifarEntry, folder: string): Promise<NamedFile> {
  const path = pathOf(entry, folder, entry.archive.name);
  const bytes = await readFile(path).catch((error: unknown) => {
    throw unreadable(entry, folder, path, error);
  });
  const found = createHash('md5').update(bytes).digest('hex');
  if (found !== entry.archive.md5) throw wrongSum(entry, folder, path, 'MD5', found, entry.archive.md5);
  return { name: path, bytes };
}

/** The file of that name ending in .gz, or the same unpacked. */
function pathOf(entry: CatalogEntry, folder: string, name: string): string {
  const path = findFile(folder, name.replace(/\.gz$/, ''));
  if (path === undefined) throw new DatasetDamagedError(entry, folder, join(folder, name), 'is missing');
  return path;
}

async function readContents(entry: CatalogEntry, folder: string, path: string): Promise<Uint8Array> {
  try {
    return unpack(await readFile(path), path);
  } catch (error) {
    if (!(error instanceof IdxError)) throw unreadable(entry, folder, path, error);
    throw new DatasetDamagedError(entry, folder, path, 'is damaged (it cannot be gunzipped)', error);
  }
}

function unreadable(entry: CatalogEntry, folder: string, path: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new DatasetDamagedError(entry, folder, path, `cannot be read (${reason})`, error);
}

function wrongSum(
  entry: CatalogEntry,
  folder: string,
  path: string,
  kind: string,
  found: string,
  expected: string,
): Error {
  const sums = `${kind} ${found.slice(0, 12)}…, expected ${expected.slice(0, 12)}…`;
  return new DatasetDamagedError(entry, folder, path, `is damaged (${sums})`);
}

function howToMend(entry: CatalogEntry, folder: string): string {
  return entry.embedded
    ? `restore it with "git checkout -- packages/data/embedded", or install netspace again`
    : `remove ${folder} and fetch it again with "netspace data fetch ${entry.name}"`;
}
