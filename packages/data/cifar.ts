/**
 * The binary format of CIFAR-10 and CIFAR-100 (https://www.cs.toronto.edu/~kriz/cifar.html): records of one label byte, or a coarse
 * and a fine one, and 3,072 bytes of pixels, all reds first, then all greens, then all blues, each 32 rows of 32.
 */
import { cifar100Classes, cifar10Classes } from './cifar-classes.ts';
import type { DecodedDataset } from './decoded-dataset.ts';
import type { ImageSet } from './dataset.ts';
import { joinSets, type NamedFile } from './image-set.ts';

/** A file that is not the CIFAR file it should be; the message names the file, what is wrong and how to mend it. */
class CifarError extends Error {
  readonly code = 'cifar';
}

interface CifarForm {
  readonly name: string;
  readonly train: readonly string[];
  readonly test: string;
  /** Label bytes of a record; the last of them is the class. */
  readonly labelBytes: number;
  readonly classes: readonly string[];
}

const cifarForms: readonly [CifarForm, CifarForm] = [
  {
    name: 'CIFAR-10',
    train: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`),
    test: 'test_batch.bin',
    labelBytes: 1,
    classes: cifar10Classes,
  },
  {
    name: 'CIFAR-100',
    train: ['train.bin'],
    test: 'test.bin',
    labelBytes: 2,
    classes: cifar100Classes,
  },
];

const resolution = 32;
const plane = resolution * resolution;

/** The form whose files are among these names, or undefined. */
export function findCifarForm(names: readonly string[]): CifarForm | undefined {
  return cifarForms.find((form) => [...form.train, form.test].some((name) => names.includes(name)));
}

/** Reads both parts; `open` gives a file's bytes, or undefined where it is missing. */
export async function readCifar(
  form: CifarForm,
  open: (name: string) => Promise<NamedFile | undefined>,
): Promise<Omit<DecodedDataset, 'source'>> {
  const read = async (name: string): Promise<ImageSet> => {
    const file = await open(name);
    if (file === undefined)
      throw new CifarError(
        `${name} of ${form.name} is missing; fetch or unpack all of ${[...form.train, form.test].join(', ')} again`,
      );
    return readRecords(file, form);
  };
  const [first, ...others] = await Promise.all([...form.train, form.test].map(read));
  const test = others.pop();
  if (first === undefined || test === undefined) throw new CifarError(`${form.name} has no parts`);
  return { classes: form.classes, train: joinSets(first, ...others), test };
}

function readRecords({ name, bytes }: NamedFile, { labelBytes, classes, name: kind }: CifarForm): ImageSet {
  const record = labelBytes + 3 * plane;
  const count = Math.floor(bytes.length / record);
  if (count === 0 || bytes.length % record !== 0)
    throw new CifarError(
      `${name}: truncated: it has ${bytes.length} bytes, which is no whole number of ${kind}'s records of ${record}; fetch or unpack it again`,
    );
  const images = new Uint8Array(count * 3 * plane);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const label = bytes[i * record + labelBytes - 1] ?? 0;
    if (label >= classes.length)
      throw new CifarError(
        `${name}: mislabelled: label ${label} of image ${i} is not one of the ${classes.length} classes 0 to ${classes.length - 1}; it is no file of ${kind}, or damaged: fetch it again`,
      );
    labels[i] = label;
    const from = i * record + labelBytes;
    for (let channel = 0; channel < 3; channel++)
      for (let pixel = 0; pixel < plane; pixel++)
        images[(i * plane + pixel) * 3 + channel] = bytes[from + channel * plane + pixel] ?? 0;
  }
  return { images, labels, count, resolution, channels: 3 };
}
