import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dataset, ImageSet } from '../dataset.ts';
import { measureDataset } from '../decoded-dataset.ts';
import { describeDataset, loadDataset } from '../load.ts';
import { prepareDataset, preparedFolder } from '../prepared.ts';
import { openSource, type Source } from '../source.ts';
import { cifarBytes, writeCifar10 } from './cifar-writer.ts';
import { bytesOf, integersOf, writeNpz } from './npz-writer.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A source in files, and how often it has been decoded. */
async function makeSource() {
  const folder = await temporaryFolder();
  const environment = { NETSPACE_DATA: join(folder, 'cache') };
  const path = join(folder, 'batches');
  writeCifar10(path);
  const source = () => openSource(path);
  let decoded = 0;
  const counted = (): Source => {
    const own = source();
    return {
      ...own,
      decode: () => {
        decoded++;
        return own.decode();
      },
    };
  };
  return {
    environment,
    path,
    prepare: () => prepareDataset('batches', counted(), environment),
    decoded: () => decoded,
    kept: () => preparedFolder(source(), environment),
    prepared: join(environment.NETSPACE_DATA, 'prepared'),
  };
}

/** All of a data set, its pixels as their SHA-256. */
function digest({ train, test, ...facts }: Dataset) {
  const part = ({ images, labels, ...rest }: ImageSet) => ({
    ...rest,
    images: createHash('sha256').update(images).digest('hex'),
    labels: [...labels],
  });
  return { ...facts, train: part(train), test: part(test) };
}

describe('a decoded data set', () => {
  it('is decoded once, and the same when it is loaded again', async () => {
    const { prepare, decoded, path } = await makeSource();
    const first = await prepare();
    const second = await prepare();
    expect(decoded()).toBe(1);
    expect(digest(second)).toEqual(digest(first));
    expect(digest(second)).toEqual(digest(measureDataset('batches', await openSource(path).decode())));
  });

  it('lies in one flat file of pixels and labels with its facts beside it', async () => {
    const { prepare, kept } = await makeSource();
    const { train, test, mean, deviation, checksum } = await prepare();
    expect((await readdir(kept())).toSorted()).toEqual(['facts.json', 'images']);
    expect(await readFile(join(kept(), 'images'))).toEqual(
      Buffer.concat([train.images, test.images, Buffer.from([...train.labels, ...test.labels])]),
    );
    expect(JSON.parse(await readFile(join(kept(), 'facts.json'), 'utf8'))).toMatchObject({
      facts: {
        trainImages: 10,
        testImages: 2,
        resolution: 32,
        channels: 3,
        mean,
        deviation,
        checksum,
      },
    });
  });

  it('is decoded anew when a file has another time or size, and the earlier one is removed', async () => {
    const { prepare, decoded, path, prepared } = await makeSource();
    await prepare();
    await utimes(join(path, 'test_batch.bin'), 5, 5);
    await prepare();
    expect(decoded()).toBe(2);
    await writeFile(join(path, 'test_batch.bin'), cifarBytes([[1], [2], [3]]));
    expect((await prepare()).test.count).toBe(3);
    expect(await readdir(prepared)).toHaveLength(1);
  });

  it.each<[string, (folder: string) => Promise<unknown>]>([
    ['is cut off', (folder) => truncate(join(folder, 'images'), 1000)],
    ['has a changed byte', (folder) => changeByte(join(folder, 'images'), 700)],
    ['has a changed label', (folder) => changeByte(join(folder, 'images'), 12 * 3072 + 3)],
    ['has lost its facts', (folder) => rm(join(folder, 'facts.json'))],
    ['has half its facts', (folder) => truncate(join(folder, 'facts.json'), 50)],
    [
      'has facts of another data set',
      (folder) => changeFacts(folder, '"trainImages": 10', '"trainImages": 11'),
    ],
    ['has another mean', (folder) => changeFacts(folder, '"mean": [', '"mean": [0.5,')],
    ['has facts that are none', (folder) => writeFile(join(folder, 'facts.json'), 'null')],
    ['has lost its images', (folder) => rm(join(folder, 'images'))],
  ])('that %s is decoded anew', async (_, spoil) => {
    const { prepare, decoded, kept } = await makeSource();
    const first = await prepare();
    await spoil(kept());
    expect(digest(await prepare())).toEqual(digest(first));
    expect(decoded()).toBe(2);
    await prepare();
    expect(decoded()).toBe(2);
  });

  it('keeps labels of more than 256 classes', async () => {
    const folder = await temporaryFolder();
    const labels = Array.from({ length: 301 }, (_, i) => i);
    const path = join(folder, 'many.npz');
    const arrays = {
      x_train: bytesOf([301, 1, 1]),
      y_train: integersOf(labels),
      x_test: bytesOf([1, 1, 1]),
      y_test: integersOf([300]),
    };
    await writeFile(path, writeNpz(arrays));
    const environment = { NETSPACE_DATA: folder };
    for (let time = 0; time < 2; time++) {
      const { train, test } = await loadDataset(path, environment);
      expect([...train.labels, ...test.labels]).toEqual([...labels, 300]);
    }
  });

  it('can be described without being read, and is decoded for it where that is needed', async () => {
    const { environment, path, kept } = await makeSource();
    const described = {
      name: path,
      state: 'present',
      folder: path,
      trainImages: 10,
      testImages: 2,
      resolution: 32,
      channels: 3,
      source: `the folder ${path}`,
    };
    expect(await describeDataset(path, environment)).toMatchObject(described);
    await rm(join(kept(), 'images'));
    expect(await describeDataset(path, environment)).toMatchObject(described);
  });

  it('is loaded without a cache where none can be written', async () => {
    const { path, environment } = await makeSource();
    await mkdir(environment.NETSPACE_DATA);
    await writeFile(join(environment.NETSPACE_DATA, 'prepared'), 'a file where a folder belongs');
    await chmod(environment.NETSPACE_DATA, 0o500);
    expect((await loadDataset(path, environment)).train.count).toBe(10);
  });

  it('is written by several processes at once without harm', async () => {
    const { environment, path, prepared } = await makeSource();
    const script = join(import.meta.dirname, 'load-process.mjs');
    const load = () =>
      new Promise<string>((resolve, reject) => {
        const child = fork(script, [path], { env: { ...process.env, ...environment }, execArgv: [] });
        let checksum = '';
        child.on('message', (message) => (checksum = String(message)));
        child.on('error', reject);
        child.on('close', () => resolve(checksum));
      });
    const sums = await Promise.all([load(), load(), load()]);
    const { checksum } = measureDataset('batches', await openSource(path).decode());
    expect(sums).toEqual([checksum, checksum, checksum]);
    expect(await readdir(prepared)).toHaveLength(1);
  });
});

async function changeByte(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  await writeFile(path, bytes);
}

async function changeFacts(folder: string, from: string, to: string): Promise<void> {
  const path = join(folder, 'facts.json');
  const text = await readFile(path, 'utf8');
  expect(text).toContain(from);
  await writeFile(path, text.replace(from, to));
}
