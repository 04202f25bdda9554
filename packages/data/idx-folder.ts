/**
 * A folder of IDX files: pairs of images and labels named like MNIST's (`train-images-idx3-ubyte` and `train-labels-idx1-ubyte`,
 * `t10k-…` or `test-…` for the test part), gzipped or not. Names as `emnist-digits-train-images-idx3-ubyte.gz` do as well.
 */
import type { DecodedDataset } from './decoded-dataset.ts';
import type { ImageSet } from './dataset.ts';
import { IdxError } from './idx.ts';
import { checkSameSize, type NamedFile, readImageSet } from './image-set.ts';
import { numberClasses } from './labels.ts';
import { splitOffTest } from './test-split.ts';

/** Whether a file's name is one of images or labels in IDX. */
export function isIdxName(name: string): boolean {
  return /(images|labels)[-._]?idx\d/.test(name);
}

/** Names of a part's two files. */
interface Pair {
  readonly images: string;
  readonly labels: string;
}

/** Reads the pairs among these names; without a test pair the images are parted by `splitOffTest`. */
export async function readIdxFolder(
  folder: string,
  names: readonly string[],
  open: (name: string) => Promise<NamedFile>,
): Promise<Omit<DecodedDataset, 'source'>> {
  const pairs = findPairs(folder, names);
  const train = onePair(
    folder,
    'train',
    pairs.filter(({ images }) => !isTest(images)),
  );
  const test = pairs.some(({ images }) => isTest(images))
    ? onePair(
        folder,
        'test',
        pairs.filter(({ images }) => isTest(images)),
      )
    : undefined;
  const read = async ({ images, labels }: Pair): Promise<ImageSet> =>
    readImageSet(await open(images), await open(labels), 256);
  const first = await read(train);
  const trainLabels = { name: `${folder}/${train.labels}`, labels: first.labels };
  if (test === undefined) {
    const classes = numberClasses(trainLabels);
    return { classes, ...splitOffTest(first, classes, folder) };
  }
  const second = await read(test);
  const classes = numberClasses(trainLabels, { name: `${folder}/${test.labels}`, labels: second.labels });
  checkSameSize(first, `${folder}/${train.images}`, second, `${folder}/${test.images}`);
  return { classes, train: first, test: second };
}

function isTest(name: string): boolean {
  return /(^|[-._])(t10k|test)[-._]/.test(name);
}

function findPairs(folder: string, names: readonly string[]): Pair[] {
  const bare = new Map(names.filter(isIdxName).map((name) => [name.replace(/\.gz$/, ''), name]));
  const partners = [...bare.keys()].map((name) => {
    const images = name.includes('images');
    const other = [...bare.keys()].find(
      (candidate) => candidate !== name && pairKey(candidate) === pairKey(name),
    );
    if (other === undefined)
      throw new IdxError(
        `${folder}/${bare.get(name)}: its ${images ? 'labels' : 'images'} are missing; a file of ${images ? 'images needs one of labels' : 'labels needs one of images'} beside it, named alike`,
      );
    return images ? { images: bare.get(name) ?? name, labels: bare.get(other) ?? other } : undefined;
  });
  return partners.filter((pair) => pair !== undefined);
}

/** What the names of a pair have in common. */
function pairKey(name: string): string {
  return name.replace(/(images|labels)([-._]?)idx\d/, '$2idx');
}

function onePair(folder: string, part: string, pairs: readonly Pair[]): Pair {
  const [pair, ...others] = pairs;
  if (pair !== undefined && others.length === 0) return pair;
  throw new IdxError(
    pair === undefined
      ? `${folder}: holds no pair of IDX files of training images; name them train-images-idx3-ubyte and train-labels-idx1-ubyte`
      : `${folder}: holds ${pairs.length} ${part} pairs of IDX files (${pairs.map(({ images }) => images).join(', ')}); put each data set into a folder of its own`,
  );
}
