import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalog } from '../catalog.ts';
import { findCifarForm, readCifar } from '../cifar.ts';
import { loadDataset } from '../load.ts';
import { readTar } from '../tar.ts';
import { cifarBytes, pixelOf, writeCifar10 } from './cifar-writer.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('files of CIFAR-10', () => {
  it('are read batch after batch, pixels turned from planes into colours', async () => {
    const folder = await temporaryFolder();
    writeCifar10(join(folder, 'batches'));
    const { classes, train, test } = await loadDataset(join(folder, 'batches'), { NETSPACE_DATA: folder });
    expect(classes).toEqual(catalog.find((entry) => entry.name === 'cifar-10')?.classes);
    expect([...train.labels]).toEqual([1, 5, 2, 6, 3, 7, 4, 8, 5, 9]);
    expect([...test.labels]).toEqual([9, 0]);
    expect(train).toMatchObject({ count: 10, resolution: 32, channels: 3 });
    for (const [image, row, column, channel] of [
      [0, 0, 0, 0],
      [1, 0, 0, 2],
      [3, 31, 2, 1],
      [9, 7, 31, 2],
    ] as const)
      expect(train.images[((image * 32 + row) * 32 + column) * 3 + channel]).toBe(
        pixelOf(train.labels[image] ?? 0, row, column, channel),
      );
  });

  it('are named where they are missing, torn or mislabelled', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'batches');
    writeCifar10(path);
    const load = () => loadDataset(path, { NETSPACE_DATA: folder });
    const third = join(path, 'data_batch_3.bin');
    const whole = await readFile(third);
    await writeFile(third, whole.subarray(0, 5000));
    await expect(load()).rejects.toThrow(
      `${third}: truncated: it has 5000 bytes, which is no whole number of CIFAR-10's records of 3073; fetch or unpack it again`,
    );
    await writeFile(third, cifarBytes([[2], [10]]));
    await expect(load()).rejects.toThrow(
      `${third}: mislabelled: label 10 of image 1 is not one of the 10 classes 0 to 9`,
    );
    await rm(third);
    await expect(load()).rejects.toThrow('data_batch_3.bin of CIFAR-10 is missing; fetch or unpack all of');
  });
});

describe('files of CIFAR-100', () => {
  it('have their fine labels as classes, 100 of them in alphabetical order', async () => {
    const files = new Map([
      [
        'train.bin',
        cifarBytes([
          [4, 99],
          [19, 0],
        ]),
      ],
      ['test.bin', cifarBytes([[0, 42]])],
    ]);
    const form = findCifarForm([...files.keys()]);
    expect(form?.name).toBe('CIFAR-100');
    if (form === undefined) return;
    const { classes, train, test } = await readCifar(form, (name) =>
      Promise.resolve({ name, bytes: files.get(name) ?? Buffer.alloc(0) }),
    );
    expect(classes).toHaveLength(100);
    expect(new Set(classes).size).toBe(100);
    expect(classes).toEqual(classes.toSorted());
    expect([classes[0], classes[42], classes[99]]).toEqual(['apple', 'leopard', 'worm']);
    expect([...train.labels, ...test.labels]).toEqual([99, 0, 42]);
    expect(train.images[3]).toBe(pixelOf(99, 0, 1, 0));
  });
});

describe('a tar archive', () => {
  const make = async (...words: string[]) => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'in', 'deep'), { recursive: true });
    await writeFile(join(folder, 'in', 'small.txt'), 'small');
    await writeFile(join(folder, 'in', 'empty.txt'), '');
    await writeFile(join(folder, 'in', 'deep', 'large.bin'), Buffer.alloc(5000, 7));
    execFileSync('tar', [...words, '-f', join(folder, 'a.tar'), '-C', folder, 'in']);
    return readFile(join(folder, 'a.tar'));
  };

  it.each([['-c'], ['-cz']])('made by tar %s gives back its files', async (words) => {
    const files = readTar({ name: 'a.tar', bytes: await make(words) });
    expect([...files.keys()].toSorted()).toEqual(['empty.txt', 'large.bin', 'small.txt']);
    expect(Buffer.from(files.get('small.txt')?.bytes ?? []).toString()).toBe('small');
    expect([...(files.get('large.bin')?.bytes ?? [])]).toEqual(Array.from({ length: 5000 }, () => 7));
    expect(files.get('empty.txt')?.bytes.length).toBe(0);
  });

  it('that is torn or none is refused in words', async () => {
    const whole = await make('-c');
    const large = whole.indexOf(Buffer.alloc(100, 7));
    const read = (bytes: Uint8Array) => () => readTar({ name: 'a.tar', bytes });
    expect(read(whole.subarray(0, large + 1000))).toThrow(
      'a.tar: torn within in/deep/large.bin; fetch or copy',
    );
    expect(read(Buffer.alloc(600, 'x'))).toThrow('a.tar: not a tar archive, or a damaged one');
    expect(read((await make('-cz')).subarray(0, 100))).toThrow('a.tar: torn: the gzip stream ends');
  });
});
