/** Loads data sets by name or path into memory, and lists those that are known by name. */
import { catalog, type CatalogEntry } from './catalog.ts';
import { readEntry } from './catalog-files.ts';
import type { Dataset } from './dataset.ts';
import { measureDataset } from './decoded-dataset.ts';
import { candidateFolders, type Environment, findFolder } from './folders.ts';
import { factsOf, findFacts, prepareDataset } from './prepared.ts';
import { readReference } from './reference.ts';
import { openArchive, openSource } from './source.ts';

/** A data set that is known but not on this machine; `code` is `dataset-absent`. */
export class DatasetAbsentError extends Error {
  readonly code = 'dataset-absent';
}

export interface DatasetListing {
  readonly name: string;
  /** `present`: fetched or installed before, or named by its path; `absent`: to be fetched. */
  readonly state: 'embedded' | 'present' | 'absent';
  /** Folder of its files, where they are on this machine, or the path that names it. */
  readonly folder?: string;
  /** What makes an absent data set present. */
  readonly toFetch?: string;
  readonly classes: readonly string[];
  readonly trainImages: number;
  readonly testImages: number;
  /** Height and width in pixels. */
  readonly resolution: number;
  readonly channels: number;
  /** Where the images are from, and their licence. */
  readonly source: string;
  /** Where netspace gets them: `embedded`, a package, a host, or the path. */
  readonly from: string;
}

/** All data sets known by name and where they are; looks for files, but does not read them. */
export function listDatasets(environment: Environment = process.env): DatasetListing[] {
  return catalog.map((entry) => listEntry(entry, environment));
}

/** The same of one data set, by name or path; what lies at a path is decoded where that has not been done before. */
export async function describeDataset(
  reference: string,
  environment: Environment = process.env,
): Promise<DatasetListing> {
  const found = readReference(reference);
  if (found.kind === 'catalog') return listEntry(found.entry, environment);
  const source = openSource(found.path, found.resolution);
  const kept = await findFacts(source, environment);
  const facts = kept ?? factsOf(await prepareDataset(reference, source, environment));
  const { mean: _mean, deviation: _deviation, checksum: _checksum, ...rest } = facts;
  return { name: reference, state: 'present', folder: source.path, ...rest, from: source.path };
}

/** Reads a data set whole; mean and deviation are those of all its training pixels. */
export async function loadDataset(
  reference: string,
  environment: Environment = process.env,
): Promise<Dataset> {
  const found = readReference(reference);
  if (found.kind === 'path')
    return prepareDataset(reference, openSource(found.path, found.resolution), environment);
  const { entry } = found;
  const folder = findFolder(entry, environment);
  if (folder === undefined) throw new DatasetAbsentError(absence(entry, environment));
  return entry.format === 'cifar'
    ? prepareDataset(entry.name, openArchive(entry, folder), environment)
    : readDataset(entry, folder);
}

/** Reads a data set of the catalog from the folder of its files. */
export async function readDataset(entry: CatalogEntry, folder: string): Promise<Dataset> {
  return measureDataset(entry.name, await readEntry(entry, folder));
}

function listEntry(entry: CatalogEntry, environment: Environment): DatasetListing {
  const { name, embedded, classes, trainImages, testImages, resolution, channels, source } = entry;
  const from = originOf(entry);
  const facts = { name, classes, trainImages, testImages, resolution, channels, source, from };
  const folder = findFolder(entry, environment);
  if (folder === undefined) return { ...facts, state: 'absent', toFetch: howToFetch(entry) };
  return { ...facts, state: embedded ? 'embedded' : 'present', folder };
}

function originOf({ embedded, origin }: CatalogEntry): string {
  if (embedded) return 'embedded';
  const ways = [
    origin?.debianPackage && `Debian's ${origin.debianPackage}`,
    origin?.npmPackage && `npm's ${origin.npmPackage}`,
    origin?.address && new URL(origin.address).host,
  ];
  return ways.filter((way) => way !== undefined).join(' or ');
}

function absence(entry: CatalogEntry, environment: Environment): string {
  const folders = candidateFolders(entry, environment).join(', ');
  return `${entry.name} is not on this machine (looked in ${folders}); ${howToFetch(entry)}`;
}

function howToFetch(entry: CatalogEntry): string {
  return `fetch it with "netspace data fetch ${entry.name}", or set NETSPACE_DATA to the folder that holds it`;
}
