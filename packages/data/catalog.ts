/** The data sets that netspace knows by name: their files, checksums, origin and licence. */

/** A file as upstream names it, without `.gz`, and the SHA-256 of its contents once gunzipped. */
export interface CatalogFile {
  readonly name: string;
  readonly sha256: string;
}

export interface CatalogEntry {
  readonly name: string;
  /** In the package itself; otherwise to be fetched once. */
  readonly embedded: boolean;
  readonly classes: readonly string[];
  readonly trainImages: number;
  readonly testImages: number;
  /** Height and width in pixels. */
  readonly resolution: number;
  readonly channels: number;
  readonly files: {
    readonly trainImages: CatalogFile;
    readonly trainLabels: CatalogFile;
    readonly testImages: CatalogFile;
    readonly testLabels: CatalogFile;
  };
  /** Where the images are from, and their licence. */
  readonly source: string;
  /** Where an entry that is not embedded can be fetched from. */
  readonly origin?: {
    /** Debian package whose usr/share/datasets/NAME holds the files, gzipped. */
    readonly debianPackage: string;
    /** Address of the folder of the files, gzipped; ends with a slash. */
    readonly address: string;
  };
}

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
];

function idxFiles(
  trainImages: string,
  trainLabels: string,
  testImages: string,
  testLabels: string,
): CatalogEntry['files'] {
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
  const names = catalog.map((candidate) => candidate.name).join(' and ');
  throw new UnknownDatasetError(`there is no data set "${name}"; there are ${names}`);
}
