/**
 * A folder of images, a folder a class: `DIR/class/….png`, or `DIR/train/class/…` and `DIR/test/class/…`. Classes are in the order of
 * their names; folders within a class belong to it. A `val` or `validation` beside `test` counts as training images, since netspace
 * holds out its own, and is the test part where there is no `test`.
 */
import { readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { DecodedDataset } from './decoded-dataset.ts';
import type { ImageSet } from './dataset.ts';
import { decodeFiles, firstChannel, imageExtensions, isGrey, measureFiles } from './image-file.ts';
import { packLabels } from './labels.ts';
import { splitOffTest } from './test-split.ts';

/** A folder that is no data set of images by class; the message names it, what is wrong and how to mend it. */
class ImageFolderError extends Error {
  readonly code = 'image-folder';
}

interface LabelledFile {
  readonly path: string;
  readonly label: number;
}

export interface ImageFolder {
  readonly path: string;
  readonly classes: readonly string[];
  readonly train: readonly LabelledFile[];
  /** Undefined where there is none, so that one has to be split off. */
  readonly test: readonly LabelledFile[] | undefined;
}

/** Sides that a folder's images are resized to unless they are squares of one size already, in pixels. */
const resolutions = [28, 32, 48, 64, 96, 128, 160, 192, 224];

/** Finds classes and files; opens none. */
export function listImageFolder(path: string): ImageFolder {
  const folders = listFolders(path);
  const parts = partsOf(path, folders);
  const classes = listFolders(join(path, ...parts.train.slice(0, 1)));
  if (classes.length < 2)
    throw new ImageFolderError(
      `${path}: has ${classes.length === 0 ? 'no folder of a class' : `the one class "${classes[0]}"`}; at least two classes are needed, each a folder of images`,
    );
  if (classes.length > 65_536)
    throw new ImageFolderError(`${path}: has ${classes.length} classes; 65,536 are the most`);
  const list = (part: string) => listPart(join(path, part), classes);
  return {
    path,
    classes,
    train: parts.train.length === 0 ? list('') : parts.train.flatMap(list),
    test: parts.test === undefined ? undefined : list(parts.test),
  };
}

/** Decodes all images: at the given resolution, or at one that is chosen; as grey images where none has a colour. */
export async function readImageFolder(
  folder: ImageFolder,
  resolution?: number,
): Promise<Omit<DecodedDataset, 'source'>> {
  const { classes, train, test } = folder;
  const files = [...train, ...(test ?? [])];
  const paths = files.map((file) => file.path);
  const side = resolution ?? chooseResolution(await measureFiles(paths));
  const decoded = await decodeFiles(paths, side);
  const grey = isGrey(decoded);
  const channels = grey ? 1 : 3;
  const images = grey ? firstChannel(decoded) : decoded;
  const size = side * side * channels;
  const part = (from: number, to: number): ImageSet => ({
    images: images.subarray(from * size, to * size),
    labels: packLabels(
      files.slice(from, to).map((file) => file.label),
      classes.length,
    ),
    count: to - from,
    resolution: side,
    channels,
  });
  if (test === undefined) return { classes, ...splitOffTest(part(0, files.length), classes, folder.path) };
  return { classes, train: part(0, train.length), test: part(train.length, files.length) };
}

/** The side of squares of one size from 28 to 224, otherwise the largest usual one that half of the images reach. */
export function chooseResolution(sizes: readonly (readonly [number, number])[]): number {
  const sides = sizes.map(([height, width]) => Math.min(height, width)).toSorted((a, b) => a - b);
  const [least = 0] = sides;
  const squares = sizes.every(([height, width]) => height === least && width === least);
  if (squares && least >= 28 && least <= 224) return least;
  const median = sides[sides.length >> 1] ?? 0;
  return resolutions.findLast((side) => side <= median) ?? 28;
}

/** The folders of both parts below the path; no training folder where the classes lie there directly. */
function partsOf(path: string, folders: readonly string[]): { train: string[]; test: string | undefined } {
  const names = ['train', 'val', 'validation', 'test'];
  const parts = names.filter((name) => folders.includes(name));
  const others = folders.filter((name) => !names.includes(name));
  if (!parts.includes('train')) {
    if (!parts.includes('test')) return { train: [], test: undefined };
    throw new ImageFolderError(
      `${path}: has a folder "test", but none named "train"; put the training images' class folders into ${join(path, 'train')}`,
    );
  }
  if (others.length > 0)
    throw new ImageFolderError(
      `${path}: has "${others[0]}" beside "train"; beside it only "test" and "val" may stand, each with the folders of all classes`,
    );
  const [, ...rest] = parts;
  const test = rest.pop();
  return { train: ['train', ...rest], test };
}

function listPart(path: string, classes: readonly string[]): LabelledFile[] {
  const found = listFolders(path);
  const extra = found.find((name) => !classes.includes(name));
  if (extra !== undefined)
    throw new ImageFolderError(
      `${join(path, extra)}: is no class of the training images, which are ${classes.slice(0, 5).join(', ')}${classes.length > 5 ? ', …' : ''}; rename or remove it`,
    );
  return classes.flatMap((name, label) => {
    const folder = join(path, name);
    const paths = found.includes(name) ? listImages(folder) : [];
    if (paths.length === 0)
      throw new ImageFolderError(
        `${folder}: ${found.includes(name) ? 'is empty' : 'is missing'}; every class needs images in every part, so add some or remove the class`,
      );
    return paths.map((file) => ({ path: file, label }));
  });
}

/** All images of a class, in the order of their paths. */
function listImages(folder: string): string[] {
  return visibleEntries(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.folder) return listImages(path);
    if (imageExtensions.includes(extname(entry.name).toLowerCase())) return [path];
    throw new ImageFolderError(
      `${path}: is no image that can be read (${imageExtensions.join(', ')}); convert it, or remove it`,
    );
  });
}

function listFolders(path: string): string[] {
  return visibleEntries(path).flatMap(({ name, folder }) => (folder ? [name] : []));
}

/** Without what file managers leave behind; in the order of code units, so that it is the same on every machine. */
function visibleEntries(path: string): { name: string; folder: boolean }[] {
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && !['Thumbs.db', 'desktop.ini'].includes(name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => {
      const { name } = entry;
      const linked = entry.isSymbolicLink() && statSync(join(path, name)).isDirectory();
      return { name, folder: linked || entry.isDirectory() };
    });
}
