/**
 * The files that a data set is decoded from, and how: a folder of images by class, of IDX files or of CIFAR's, an NPZ file, or
 * CIFAR's archive. Opening one looks at names, sizes and times only.
 */
import { readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type CifarEntry, fileNames } from './catalog.ts';
import { readEntry } from './catalog-files.ts';
import { findCifarForm, readCifar } from './cifar.ts';
import type { DecodedDataset } from './decoded-dataset.ts';
import { isIdxName, readIdxFolder } from './idx-folder.ts';
import { listImageFolder, readImageFolder } from './image-folder.ts';
import type { NamedFile } from './image-set.ts';
import { readNpz } from './npz.ts';

export interface Source {
  /** Absolute path of the file or folder. */
  readonly path: string;
  /** What it is and how it is read: another one gives other pixels of the same files. */
  readonly kind: string;
  /** Paths of the files that are read. */
  readonly files: readonly string[];
  decode(): Promise<DecodedDataset>;
}

/** A path that holds no data set; `code` is `source`. */
class SourceError extends Error {
  readonly code = 'source';
}

/** Looks what lies at a path. A resolution in pixels is for folders of images, whose size can be chosen. */
export function openSource(path: string, resolution?: number): Source {
  const source = statSync(path).isDirectory() ? openFolder(path, resolution) : openFile(path);
  if (resolution !== undefined && !source.kind.startsWith('images'))
    throw new SourceError(
      `${path}@${resolution}: only folders of images are resized; leave "@${resolution}" out`,
    );
  return source;
}

/** The archive of a CIFAR data set in its folder. */
export function openArchive(entry: CifarEntry, folder: string): Source {
  return {
    path: resolve(folder),
    kind: entry.name,
    files: fileNames(entry).map((name) => join(folder, name)),
    decode: () => readEntry(entry, folder),
  };
}

function openFile(path: string): Source {
  if (!path.endsWith('.npz'))
    throw new SourceError(
      `${path}: only .npz files are read as data sets; give a folder, or write the arrays with np.savez_compressed`,
    );
  const decode = async () => ({
    ...readNpz({ name: path, bytes: await readFile(path) }),
    source: `the file ${resolve(path)}`,
  });
  return { path: resolve(path), kind: 'npz', files: [path], decode };
}

function openFolder(path: string, resolution: number | undefined): Source {
  const names = readdirSync(path).toSorted();
  const open = async (name: string): Promise<NamedFile> => ({
    name: join(path, name),
    bytes: await readFile(join(path, name)),
  });
  const common = { path: resolve(path) };
  const source = `the folder ${resolve(path)}`;
  const idx = names.filter(isIdxName);
  if (idx.length > 0)
    return {
      ...common,
      kind: 'idx',
      files: idx.map((name) => join(path, name)),
      decode: async () => ({ ...(await readIdxFolder(path, idx, open)), source }),
    };
  const form = findCifarForm(names);
  if (form !== undefined)
    return {
      ...common,
      kind: form.name,
      files: names.filter((name) => name.endsWith('.bin')).map((name) => join(path, name)),
      decode: async () => ({
        ...(await readCifar(form, (name) =>
          names.includes(name) ? open(name) : Promise.resolve(undefined),
        )),
        source,
      }),
    };
  const folder = listImageFolder(path);
  return {
    ...common,
    kind: `images${resolution === undefined ? '' : ` of ${resolution} px`}`,
    files: [...folder.train, ...(folder.test ?? [])].map((file) => file.path),
    decode: async () => ({ ...(await readImageFolder(folder, resolution)), source }),
  };
}

/** A short name for folders of the cache. */
export function nameOf({ path }: Source): string {
  return (
    basename(path)
      .replaceAll(/[^\w.-]/g, '_')
      .slice(0, 40) || 'data'
  );
}
