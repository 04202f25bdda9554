import { mkdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../dataset.ts';
import { chooseResolution } from '../image-folder.ts';
import { loadDataset } from '../load.ts';
import { temporaryFolder } from './temporary-folder.ts';

interface Picture {
  readonly width?: number;
  readonly height?: number;
  readonly channels?: 1 | 3 | 4;
  readonly color?: (x: number, y: number) => readonly number[];
}

/** A picture whose pixels are a function of their place. */
function draw({ width = 32, height = 32, channels = 3, color = () => [10, 20, 30] }: Picture) {
  const pixels = Buffer.alloc(width * height * channels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) pixels.set(color(x, y).slice(0, channels), (y * width + x) * channels);
  const image = sharp(pixels, { raw: { width, height, channels } });
  return channels === 1 ? image.toColourspace('b-w') : image;
}

/** Pictures of random pixels, no two of them alike. */
function noise(seed: number, picture: Picture = {}) {
  return draw({
    color: (x, y) => [0, 1, 2].map((c) => ((x + 1) * (y + 3) * (seed + 7) * 73 + c * 50) % 251),
    ...picture,
  });
}

async function save(path: string, image: Sharp): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await image.toFile(path);
}

/** Two classes of six images each. */
async function makeFolder(picture: Picture = {}): Promise<string> {
  const folder = await temporaryFolder();
  for (const [k, name] of ['cat', 'dog'].entries())
    for (let i = 0; i < 6; i++) await save(join(folder, name, `${i}.png`), noise(10 * k + i, picture));
  return folder;
}

async function load(reference: string): Promise<Dataset> {
  return loadDataset(reference, { NETSPACE_DATA: await temporaryFolder() });
}

/** A data set of one training image for each picture, classes a, b, …, and a test image each of plain colours. */
async function loadPictures(pictures: Readonly<Record<string, Sharp>>, suffix = ''): Promise<Dataset> {
  const folder = await temporaryFolder();
  for (const [i, [file, picture]] of Object.entries(pictures).entries()) {
    await save(join(folder, 'train', String.fromCharCode(97 + i), file), picture);
    await save(join(folder, 'test', String.fromCharCode(97 + i), 'x.png'), draw({ color: () => [i, i, i] }));
  }
  return load(`${folder}${suffix}`);
}

const pixel = ({ train }: Dataset, image: number, x: number, y: number) => {
  const at = ((image * train.resolution + y) * train.resolution + x) * train.channels;
  return [...train.images.subarray(at, at + train.channels)];
};

describe('a folder of images by class', () => {
  it('has its folders as classes, and a sixth of each as test part', async () => {
    const { classes, train, test } = await load(await makeFolder());
    expect(classes).toEqual(['cat', 'dog']);
    expect(train).toMatchObject({ count: 10, resolution: 32, channels: 3 });
    expect([...train.labels].filter((label) => label === 1)).toHaveLength(5);
    expect([...test.labels].toSorted()).toEqual([0, 1]);
  });

  it('gives the very pixels of images that have the size already', async () => {
    const color = (x: number, y: number) => [x * 8, y * 8, (x * y) % 256];
    const dataset = await loadPictures({
      'a.png': draw({ color }),
      'b.webp': draw({ color }).webp({ lossless: true }),
    });
    for (const image of [0, 1])
      for (let y = 0; y < 32; y++)
        for (let x = 0; x < 32; x++) expect(pixel(dataset, image, x, y)).toEqual(color(x, y));
  });

  it('with train and test folders keeps them, folders within a class belonging to it', async () => {
    const folder = await temporaryFolder();
    await save(join(folder, 'train', 'a', 'deep', '1.png'), noise(1));
    await save(join(folder, 'train', 'a', '2.jpg'), noise(2));
    await save(join(folder, 'train', 'b', '1.jpeg'), noise(3));
    await save(join(folder, 'val', 'a', '1.gif'), noise(6));
    await save(join(folder, 'val', 'b', '1.TIFF'), noise(7));
    await save(join(folder, 'test', 'a', '1.png'), noise(4));
    await save(join(folder, 'test', 'b', '1.png'), noise(5));
    await writeFile(join(folder, 'train', 'a', '.DS_Store'), 'left by a file manager');
    await writeFile(join(folder, 'README.md'), 'beside the classes');
    const { train, test } = await load(folder);
    expect([...train.labels]).toEqual([0, 0, 1, 0, 1]);
    expect([...test.labels]).toEqual([0, 1]);
  });

  it('takes a validation folder for the test part where there is no other', async () => {
    const folder = await temporaryFolder();
    for (const [i, place] of ['train/a', 'train/b', 'validation/a', 'validation/b'].entries())
      await save(join(folder, place, '1.png'), noise(i));
    const { train, test } = await load(folder);
    expect([train.count, test.count]).toEqual([2, 2]);
  });

  it('may be linked', async () => {
    const folder = await makeFolder();
    const links = await temporaryFolder();
    for (const name of ['cat', 'dog']) await symlink(join(folder, name), join(links, name));
    expect((await load(links)).checksum).toBe((await load(folder)).checksum);
  });

  it('is grey where no pixel has a colour, whatever the files say', async () => {
    const grey = (x: number, y: number) => Array.from({ length: 3 }, () => (x * 7 + y) % 256);
    const dataset = await loadPictures({
      'a.png': draw({ channels: 1, color: (x, y) => grey(x, y) }),
      'b.png': draw({ color: grey }),
    });
    expect(dataset.train.channels).toBe(1);
    for (const image of [0, 1]) expect(pixel(dataset, image, 3, 5)).toEqual([26]);
    const mixed = await loadPictures({
      'a.png': draw({ channels: 1, color: grey }),
      'b.png': draw({ color: () => [0, 0, 1] }),
    });
    expect(mixed.train.channels).toBe(3);
    expect(pixel(mixed, 0, 3, 5)).toEqual([26, 26, 26]);
  });

  it('is cropped around the centre, resized by the shorter side', async () => {
    // A blue square between two red wings.
    const wings = (x: number) => (x >= 20 && x < 60 ? [0, 0, 255] : [255, 0, 0]);
    const wide = { width: 80, height: 40, color: wings };
    const tall = { width: 40, height: 80, color: (_x: number, y: number) => wings(y) };
    const dataset = await loadPictures({ 'a.png': draw(wide), 'b.png': draw(tall) }, '@20');
    expect(dataset.train.resolution).toBe(20);
    for (const image of [0, 1])
      for (const [x, y] of [
        [5, 5],
        [14, 10],
        [10, 14],
      ] as const)
        expect(pixel(dataset, image, x, y)).toEqual([0, 0, 255]);
  });

  it('is shown the right way up, without transparency, in eight bits', async () => {
    // Orientation 3: the camera was held upside down.
    const half = (_x: number, y: number) => (y < 16 ? [250, 0, 0] : [0, 0, 250]);
    const dataset = await loadPictures({
      'a.png': draw({ color: half }).withMetadata({ orientation: 3 }),
      'b.png': draw({ channels: 4, color: () => [10, 20, 30, 0] }),
      'c.png': draw({ color: () => [1, 2, 3] }).toColourspace('rgb16'),
    });
    expect(pixel(dataset, 0, 8, 2)).toEqual([0, 0, 250]);
    expect(pixel(dataset, 1, 8, 8)).toEqual([10, 20, 30]);
    expect(pixel(dataset, 2, 8, 8)).toEqual([1, 2, 3]);
  });

  it('of more than 256 classes keeps them apart', async () => {
    const folder = await temporaryFolder();
    const picture = await noise(1, { width: 8, height: 8 }).png().toBuffer();
    for (let k = 0; k < 300; k++)
      for (const part of ['train', 'test']) {
        const path = join(folder, part, `class ${String(k).padStart(3, '0')}`);
        await mkdir(path, { recursive: true });
        await writeFile(join(path, '1.png'), picture);
      }
    const { classes, train } = await load(`${folder}@8`);
    expect(classes).toHaveLength(300);
    expect([...train.labels]).toEqual(Array.from({ length: 300 }, (_, k) => k));
  });

  it.each<[string, [number, number][], number]>([
    [
      'squares of one size keep it',
      [
        [50, 50],
        [50, 50],
      ],
      50,
    ],
    [
      'small ones are enlarged',
      [
        [20, 20],
        [20, 20],
      ],
      28,
    ],
    [
      'large squares are reduced',
      [
        [300, 300],
        [300, 300],
      ],
      224,
    ],
    [
      'the shorter sides decide',
      [
        [100, 500],
        [500, 100],
        [640, 480],
      ],
      96,
    ],
    [
      'half of the images reach it',
      [
        [30, 30],
        [70, 90],
        [200, 200],
      ],
      64,
    ],
  ])('has a resolution that fits: %s', (_, sizes, resolution) => {
    expect(chooseResolution(sizes)).toBe(resolution);
  });
});

describe('a folder that is no data set', () => {
  it.each<[string, (folder: string) => Promise<unknown>, RegExp]>([
    [
      'an empty class',
      (folder) => mkdir(join(folder, 'bird')),
      /bird: is empty; every class needs images in every part, so add some or remove the class$/,
    ],
    [
      'a file that is no image',
      (folder) => writeFile(join(folder, 'cat', 'notes.txt'), ''),
      /cat\/notes\.txt: is no image that can be read \(\.png, .*\); convert it, or remove it$/,
    ],
    [
      'a truncated image',
      (folder) => truncate(join(folder, 'dog', '3.png'), 900),
      /^an image cannot be decoded: .*dog\/3\.png \(.+\); replace or remove it$/,
    ],
    [
      'two images without content',
      (folder) =>
        Promise.all([
          writeFile(join(folder, 'cat', '1.png'), ''),
          writeFile(join(folder, 'dog', '2.png'), 'GIF?'),
        ]),
      /^2 images cannot be decoded: .*cat\/1\.png \(.+\), .*dog\/2\.png \(.+\); replace or remove them$/,
    ],
    [
      'a train folder beside classes',
      (folder) => save(join(folder, 'train', 'cat', '1.png'), noise(1)),
      /: has "cat" beside "train"; beside it only "test" and "val" may stand/,
    ],
    [
      'a test folder alone',
      (folder) => save(join(folder, 'test', 'cat', '1.png'), noise(1)),
      /: has a folder "test", but none named "train"; put the training images' class folders into .*train$/,
    ],
  ])('with %s is refused in words', async (_, spoil, message) => {
    const folder = await makeFolder();
    await spoil(folder);
    await expect(load(folder)).rejects.toThrow(message);
  });

  it('with a truncated JPEG or WebP names it', async () => {
    for (const file of ['1.jpg', '1.webp']) {
      const folder = await makeFolder();
      const path = join(folder, 'cat', file);
      await save(path, noise(99));
      await truncate(path, Math.floor((await readFile(path)).length / 2));
      await expect(load(folder)).rejects.toThrow(`an image cannot be decoded: ${path} (`);
    }
  });

  it('of one class, of none, or of parts with other classes is refused in words', async () => {
    const folder = await temporaryFolder();
    await expect(load(folder)).rejects.toThrow(
      `${folder}: has no folder of a class; at least two classes are needed, each a folder of images`,
    );
    await save(join(folder, 'train', 'cat', '1.png'), noise(1));
    await expect(load(folder)).rejects.toThrow('has the one class "cat"; at least two classes are needed');
    await save(join(folder, 'train', 'dog', '1.png'), noise(2));
    await save(join(folder, 'test', 'cat', '1.png'), noise(3));
    await expect(load(folder)).rejects.toThrow(
      `${join(folder, 'test', 'dog')}: is missing; every class needs images`,
    );
    await save(join(folder, 'test', 'dgo', '1.png'), noise(4));
    await expect(load(folder)).rejects.toThrow(
      `${join(folder, 'test', 'dgo')}: is no class of the training images, which are cat, dog; rename or remove it`,
    );
  });

  it.each([
    ['nowhere/at/all', 'nowhere/at/all: there is no such folder or .npz file; check the path'],
    ['nowhere.npz', 'nowhere.npz: there is no such folder or .npz file'],
    [import.meta.filename, 'only .npz files are read as data sets; give a folder, or write the arrays'],
    [`${import.meta.dirname}/../embedded@40`, '@40: only folders of images are resized; leave "@40" out'],
    [`${import.meta.dirname}@4`, '@4: images are resized to 8 to 512 pixels a side'],
  ])('at the path %s is refused in words', async (path, message) => {
    await expect(load(path)).rejects.toThrow(message);
  });
});
