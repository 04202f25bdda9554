/**
 * Decoded data sets on disk, so that a machine decodes each only once: a folder of `facts.json` and one flat file of all pixels and
 * labels, under a name made of the source's path and of the names, sizes and times of its files. Changed files give another name.
 *
 * decode → write into a temporary folder → rename. What is not whole or does not match its checksum counts as absent. Processes that
 * read the same file share its pages in the system's cache; mapping it into memory would need native code.
 */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { type Dataset, type ImageSet, makeLabels } from './dataset.ts';
import { checksumOf, measureDataset } from './decoded-dataset.ts';
import { makeTemporary, moveInto } from './folder-placement.ts';
import { dataFolder, type Environment } from './folders.ts';
import { nameOf, type Source } from './source.ts';

/** Raised when a reader changes what it makes of the same files. */
const version = 1;

/** Bytes read or written by one call. */
const atOnce = 1 << 28;

/** What is kept of a data set beside its pixels and labels. */
export interface DatasetFacts extends Omit<Dataset, 'name' | 'train' | 'test'> {
  readonly trainImages: number;
  readonly testImages: number;
  /** Height and width in pixels. */
  readonly resolution: number;
  readonly channels: number;
}

/** The decoded data set of a source: from the cache, or decoded now and kept there, where it can be written. */
export async function prepareDataset(
  name: string,
  source: Source,
  environment?: Environment,
): Promise<Dataset> {
  const folder = preparedFolder(source, environment);
  const kept = await readPrepared(name, folder);
  if (kept !== undefined) return kept;
  const dataset = measureDataset(name, await source.decode());
  await keep(dataset, folder).catch((error: unknown) => {
    // A cache that the file system refuses makes loading slower, not wrong.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
  });
  return dataset;
}

/** The facts of a source whose decoded data set is in the cache; its pixels are not read. */
export async function findFacts(
  source: Source,
  environment?: Environment,
): Promise<DatasetFacts | undefined> {
  return readFacts(preparedFolder(source, environment));
}

/** What is kept of a data set beside its pixels. */
export function factsOf({ name: _name, train, test, ...rest }: Dataset): DatasetFacts {
  const { resolution, channels } = train;
  return { ...rest, trainImages: train.count, testImages: test.count, resolution, channels };
}

/** Where the decoded data set of a source is kept, as its files are now. */
export function preparedFolder(source: Source, environment?: Environment): string {
  const place = createHash('sha256').update(JSON.stringify([version, source.kind, source.path]));
  const files = createHash('sha256');
  for (const path of source.files) {
    const { size, mtimeMs } = statSync(path);
    files.update(JSON.stringify([relative(source.path, path), size, mtimeMs]));
  }
  const names = [nameOf(source), place.digest('hex').slice(0, 12), files.digest('hex').slice(0, 16)];
  return join(dataFolder(environment), 'prepared', names.join('.'));
}

/** The facts with their own SHA-256, for that of the images says nothing of them. */
function sealFacts(facts: DatasetFacts): string {
  const seal = createHash('sha256').update(JSON.stringify(facts)).digest('hex');
  return JSON.stringify({ facts, seal }, undefined, 2);
}

async function readFacts(folder: string): Promise<DatasetFacts | undefined> {
  try {
    const text = await readFile(join(folder, 'facts.json'), 'utf8');
    const { facts } = JSON.parse(text) as { facts: DatasetFacts };
    return text === sealFacts(facts) ? facts : undefined;
  } catch {
    return undefined;
  }
}

async function readPrepared(name: string, folder: string): Promise<Dataset | undefined> {
  const facts = await readFacts(folder);
  if (facts === undefined) return undefined;
  const { trainImages, testImages, resolution, channels, ...rest } = facts;
  const bytes = await readBytes(join(folder, 'images')).catch(() => undefined);
  const size = resolution * resolution * channels;
  const labels = makeLabels(trainImages + testImages, facts.classes.length);
  if (bytes?.length !== (trainImages + testImages) * size + labels.byteLength) return undefined;
  const room = new Uint8Array(labels.buffer);
  room.set(bytes.subarray(bytes.length - room.length));
  const part = (from: number, to: number): ImageSet => ({
    images: bytes.subarray(from * size, to * size),
    labels: labels.subarray(from, to),
    count: to - from,
    resolution,
    channels,
  });
  const train = part(0, trainImages);
  const test = part(trainImages, trainImages + testImages);
  return checksumOf(train, test) === facts.checksum ? { name, ...rest, train, test } : undefined;
}

/** A whole file, also one of more than the 2 GiB that `readFile` takes. */
async function readBytes(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const bytes = new Uint8Array((await file.stat()).size);
    for (let at = 0; at < bytes.length;) {
      const { bytesRead } = await file.read(bytes, at, Math.min(bytes.length - at, atOnce), at);
      if (bytesRead === 0) throw new Error(`${path} became shorter while it was read`);
      at += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

async function keep(dataset: Dataset, folder: string): Promise<void> {
  const temporary = await makeTemporary(folder);
  try {
    await writeImages(dataset, join(temporary, 'images'));
    await writeFile(join(temporary, 'facts.json'), sealFacts(factsOf(dataset)));
    await moveInto(temporary, folder, async () => (await readPrepared('', folder)) !== undefined);
    await removeEarlier(folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Pixels of both parts, then labels of both parts. */
async function writeImages({ train, test }: Dataset, path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const part of [train.images, test.images, train.labels, test.labels]) {
      const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
      for (let at = 0; at < bytes.length;)
        at += (await file.write(bytes, at, Math.min(bytes.length - at, atOnce))).bytesWritten;
    }
  } finally {
    await file.close();
  }
}

/** What was made of the same source when its files were others. */
async function removeEarlier(folder: string): Promise<void> {
  const stem = folder.slice(0, folder.lastIndexOf('.') + 1);
  for (const name of await readdir(dirname(folder)))
    if (name.startsWith(basename(stem)) && name !== basename(folder) && !name.includes('.tmp-'))
      await rm(join(dirname(folder), name), { recursive: true, force: true });
}
