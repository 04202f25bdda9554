/**
 * Data sets in one NPZ file, as np.savez writes it: `x_train`, `y_train`, `x_test`, `y_test` (Keras), the same as `train_images`,
 * `train_labels` and so on (MedMNIST), or `images` and `labels`. Images are unsigned bytes, [image, height, width] or with channels
 * behind; a part for validation counts as training images, since netspace holds out its own.
 */
import type { DecodedDataset } from './decoded-dataset.ts';
import type { ImageSet } from './dataset.ts';
import { checkSameSize, joinSets, type NamedFile, readImageShape } from './image-set.ts';
import { numberClasses, packLabels } from './labels.ts';
import { describeType, type Npy, NpyError, readIntegers, readNpy } from './npy.ts';
import { splitOffTest } from './test-split.ts';
import { readZip } from './zip.ts';

/** The names that a part's images and labels go by. */
const parts = {
  train: [
    ['x_train', 'y_train'],
    ['train_images', 'train_labels'],
    ['images', 'labels'],
  ],
  validation: [
    ['x_val', 'y_val'],
    ['val_images', 'val_labels'],
  ],
  test: [
    ['x_test', 'y_test'],
    ['test_images', 'test_labels'],
  ],
} as const;

/** A part before the classes are known. */
interface Part {
  readonly name: string;
  readonly images: Npy;
  readonly labelsName: string;
  readonly labels: readonly number[];
}

/** Reads both parts; a file without a test part is parted by `splitOffTest`. */
export function readNpz(file: NamedFile): Omit<DecodedDataset, 'source'> {
  const entries = readZip(file);
  const train = readPart(file.name, entries, 'train');
  if (train === undefined)
    throw new NpyError(
      `${file.name}: holds ${[...entries.keys()].join(', ') || 'nothing'}, but no x_train and y_train; write np.savez_compressed(…, x_train=…, y_train=…, x_test=…, y_test=…)`,
    );
  const validation = readPart(file.name, entries, 'validation');
  const test = readPart(file.name, entries, 'test');
  const learned = validation === undefined ? [train] : [train, validation];
  const all = {
    name: train.labelsName,
    labels: learned.flatMap((part) => part.labels),
  };
  const classes = numberClasses(all, test && { name: test.labelsName, labels: test.labels });
  const [first, ...others] = learned.map((part) => toSet(part, classes.length));
  if (first === undefined) throw new NpyError(`${file.name}: holds no images`);
  for (const other of others) checkSameSize(first, train.name, other, validation?.name ?? '');
  const images = joinSets(first, ...others);
  if (test === undefined) return { classes, ...splitOffTest(images, classes, file.name) };
  const held = toSet(test, classes.length);
  checkSameSize(first, train.name, held, test.name);
  return { classes, train: images, test: held };
}

function readPart(
  file: string,
  entries: ReadonlyMap<string, () => Uint8Array>,
  kind: keyof typeof parts,
): Part | undefined {
  const found = parts[kind].find((names) => names.some((name) => entries.has(`${name}.npy`)));
  if (found === undefined) return undefined;
  const [imagesName, labelsName] = found;
  const open = (name: string): Npy => {
    const entry = entries.get(`${name}.npy`);
    if (entry === undefined)
      throw new NpyError(
        `${file}: has ${name === imagesName ? labelsName : imagesName}, but no ${name}; add it`,
      );
    return readNpy({ name: `${file}: ${name}`, bytes: entry() });
  };
  const images = open(imagesName);
  const labels = readLabels(open(labelsName), `${file}: ${labelsName}`);
  if (images.shape[0] !== labels.length)
    throw new NpyError(
      `${file}: ${imagesName} holds ${images.shape[0] ?? 0} images, but ${labelsName} ${labels.length} labels; the two must belong together`,
    );
  return { name: `${file}: ${imagesName}`, images, labelsName: `${file}: ${labelsName}`, labels };
}

/** [image] or [image, 1]. */
function readLabels(array: Npy, name: string): number[] {
  const { shape } = array;
  if (shape.length === 1 || (shape.length === 2 && shape[1] === 1)) return readIntegers(array, name);
  throw new NpyError(
    `${name}: has the shape ${shape.join(' x ')}; one class an image is needed${shape.length === 2 ? ', so write np.argmax(…, axis=1) of one-hot rows' : ''}`,
  );
}

function toSet({ name, images, labels }: Part, classes: number): ImageSet {
  const { dtype, shape, bytes } = images;
  if (dtype !== '|u1')
    throw new NpyError(
      `${name}: holds ${describeType(dtype)}; images must be unsigned bytes from 0 to 255, so write ${dtype.includes('f') ? '(255 * x).round().astype("uint8") of images from 0 to 1' : 'x.astype("uint8")'}`,
    );
  const [, second = 0, , last = 1] = shape;
  if (shape.length === 4 && last !== 1 && last !== 3)
    throw new NpyError(
      `${name}: has the shape ${shape.join(' x ')}; ${second === 1 || second === 3 ? 'channels come last, so write np.moveaxis(x, 1, -1)' : 'images have 1 channel or 3'}`,
    );
  return { images: bytes, labels: packLabels(labels, classes), ...readImageShape(shape, name) };
}
