import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { findCatalogEntry, type IdxEntry } from '../catalog.ts';
import { candidateFolders, dataFolder } from '../folders.ts';
import type { ImageSet } from '../dataset.ts';
import { listDatasets, loadDataset, readDataset } from '../load.ts';
import { chooseEvenly, selectImages } from '../split.ts';

const folder = join(import.meta.dirname, '..', 'embedded');
const embedded = findCatalogEntry('fashion-mnist-12k') as IdxEntry;
const made: string[] = [];

afterEach(async () => {
  for (const path of made.splice(0)) await rm(path, { recursive: true });
});

function choose(set: ImageSet, perClass: number, seed: string): ImageSet {
  return selectImages(set, chooseEvenly(set, 10, perClass, seed));
}

async function copyOfEmbedded(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'netspace-data-'));
  made.push(copy);
  await cp(folder, copy, { recursive: true });
  return copy;
}

describe('the embedded images', () => {
  it('are 1,000 training and 200 test images of each class, and no test image is a training image', async () => {
    const dataset = await loadDataset('fashion-mnist-12k');
    for (const [part, perClass] of [
      [dataset.train, 1000],
      [dataset.test, 200],
    ] as const) {
      expect(part).toMatchObject({ count: perClass * 10, resolution: 28, channels: 1 });
      for (let k = 0; k < 10; k++) expect(part.labels.filter((label) => label === k).length).toBe(perClass);
    }
    const digest = (part: typeof dataset.train, i: number) =>
      createHash('sha256')
        .update(part.images.subarray(i * 784, (i + 1) * 784))
        .digest('hex');
    const training = new Set(Array.from({ length: 10_000 }, (_, i) => digest(dataset.train, i)));
    for (let i = 0; i < 2000; i++) expect(training.has(digest(dataset.test, i))).toBe(false);
  });

  it('have the mean and deviation of the full set within their sampling error', async () => {
    const { mean, deviation } = await loadDataset('fashion-mnist-12k');
    // The full set's, often quoted as .2860 and .3530 of 255.
    expect(mean[0]).toBeCloseTo(0.286 * 255, -0.5);
    expect(deviation[0]).toBeCloseTo(0.353 * 255, -0.5);
  });

  it('are the files that PROVENANCE.md lists, at most 6 MB', async () => {
    const provenance = await readFile(join(folder, 'PROVENANCE.md'), 'utf8');
    let bytes = 0;
    for (const { name, sha256 } of Object.values(embedded.files)) {
      const file = await readFile(join(folder, `${name}.gz`));
      bytes += file.length;
      const sum = createHash('sha256').update(file).digest('hex');
      expect(provenance).toContain(`| ${name}.gz | ${file.length} | ${sum} | ${sha256} |`);
    }
    expect(bytes).toBeLessThanOrEqual(6e6);
  });

  it('come with the licence they are under', async () => {
    const provenance = await readFile(join(folder, 'PROVENANCE.md'), 'utf8');
    expect(provenance).toContain('Copyright © 2017 Zalando SE');
    expect(provenance).toContain('Permission is hereby granted');
  });
});

describe('a damaged file', () => {
  it('is one clear sentence, whichever byte flipped', async () => {
    const copy = await copyOfEmbedded();
    const path = join(copy, 'train-labels-idx1-ubyte.gz');
    const whole = await readFile(path);
    for (const place of [0, 20, 2000, whole.length - 6]) {
      const broken = Uint8Array.from(whole);
      broken[place] = (broken[place] ?? 0) ^ 0xff;
      await writeFile(path, broken);
      const error = await readDataset(embedded, copy).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'dataset-damaged' });
      expect((error as Error).message).toMatch(
        /^fashion-mnist-12k: .*train-labels-idx1-ubyte\.gz is damaged \(.*\); restore it with "git checkout -- packages\/data\/embedded"/,
      );
      expect((error as Error).message).not.toContain('\n');
    }
  });

  it('is found even where it is a whole IDX file', async () => {
    const copy = await copyOfEmbedded();
    const other = await readFile(join(copy, 't10k-images-idx3-ubyte.gz'));
    await writeFile(join(copy, 'train-images-idx3-ubyte.gz'), other);
    await expect(readDataset(embedded, copy)).rejects.toThrow(
      'SHA-256 of its contents 9229f3b5cf9c…, expected 69f968453834…',
    );
  });

  it('may be gzipped otherwise, or not at all, as long as its contents are the same', async () => {
    const copy = await copyOfEmbedded();
    const labels = join(copy, 'train-labels-idx1-ubyte.gz');
    const contents = gunzipSync(await readFile(labels));
    await writeFile(labels, gzipSync(contents, { level: 1 }));
    const test = join(copy, 't10k-labels-idx1-ubyte.gz');
    await writeFile(join(copy, 't10k-labels-idx1-ubyte'), gunzipSync(await readFile(test)));
    await unlink(test);
    const dataset = await readDataset(embedded, copy);
    expect(dataset.checksum).toBe((await loadDataset('fashion-mnist-12k')).checksum);
  });

  it('that is missing is named', async () => {
    const copy = await copyOfEmbedded();
    await unlink(join(copy, 't10k-labels-idx1-ubyte.gz'));
    await expect(readDataset(embedded, copy)).rejects.toThrow(
      `${join(copy, 't10k-labels-idx1-ubyte.gz')} is missing`,
    );
  });
});

describe('data sets by name', () => {
  const nowhere = { NETSPACE_DATA: '/nowhere', XDG_CACHE_HOME: '/nowhere either' };

  it('that nobody knows are refused with the names there are', async () => {
    await expect(loadDataset('cifar')).rejects.toThrow(
      'there is no data set "cifar", nor a folder of that name; there are fashion-mnist-12k, fashion-mnist, mnist, cifar-10, cifar-100, and any path of a folder or an .npz file',
    );
  });

  it('are looked for in NETSPACE_DATA first, then in the cache, then where Debian puts them', () => {
    const entry = findCatalogEntry('fashion-mnist');
    expect(candidateFolders(entry, { NETSPACE_DATA: '/data', XDG_CACHE_HOME: '/cache' })).toEqual([
      '/data/fashion-mnist',
      '/data',
      '/cache/netspace/data/fashion-mnist',
      '/usr/share/datasets/fashion-mnist',
    ]);
    expect(dataFolder({ XDG_CACHE_HOME: '/cache' })).toBe('/cache/netspace/data');
    expect(dataFolder({ NETSPACE_DATA: '/data' })).toBe('/data');
  });

  const installed = listDatasets(nowhere).some((dataset) => dataset.state === 'present');

  it.skipIf(installed)('that are absent say where they were looked for and how to fetch them', async () => {
    await expect(loadDataset('fashion-mnist', nowhere)).rejects.toThrow(
      /fashion-mnist is not on this machine \(looked in \/nowhere\/fashion-mnist, .*\); fetch it with "netspace data fetch fashion-mnist"/,
    );
    expect(listDatasets(nowhere)).toMatchObject([
      { name: 'fashion-mnist-12k', state: 'embedded', folder: expect.stringContaining('embedded') },
      {
        name: 'fashion-mnist',
        state: 'absent',
        toFetch: expect.stringContaining('netspace data fetch'),
        trainImages: 60_000,
      },
      { name: 'mnist' },
      { name: 'cifar-10', resolution: 32, channels: 3 },
      { name: 'cifar-100', trainImages: 50_000 },
    ]);
  });

  const full = listDatasets().find((dataset) => dataset.name === 'fashion-mnist');

  it.skipIf(full?.folder === undefined)(
    'the embedded images are the choice that make.mjs takes from the full set, where that is on this machine',
    async () => {
      const whole = await loadDataset('fashion-mnist');
      const part = await loadDataset('fashion-mnist-12k');
      const train = choose(whole.train, 1000, 'fashion-mnist-12k/train');
      const test = choose(whole.test, 200, 'fashion-mnist-12k/t10k');
      expect(Buffer.compare(train.images, part.train.images)).toBe(0);
      expect(Buffer.compare(test.images, part.test.images)).toBe(0);
      expect([train.labels, test.labels]).toEqual([part.train.labels, part.test.labels]);
    },
  );
});
