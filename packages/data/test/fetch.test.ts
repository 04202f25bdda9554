import { mkdtemp, readdir, readFile, mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CatalogEntry, findCatalogEntry, type IdxEntry } from '../catalog.ts';
import { fetchDataset, fetchEntry } from '../fetch.ts';
import { readDataset } from '../load.ts';
import { type FetchProgress, type Route, routes } from '../route.ts';

const embedded = join(import.meta.dirname, '..', 'embedded');
let folder: string;
let server: Server;
let entry: CatalogEntry;
let respond: (name: string) => Promise<Uint8Array | undefined>;

/** Only the way over the network: what a machine without apt-get does. */
const official = routes.filter((route) => route.name === 'from its official address');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netspace-fetch-'));
  respond = (name) => readFile(join(embedded, name));
  server = createServer((request, response) => {
    void respond(basename(request.url ?? '')).then((bytes) =>
      bytes === undefined ? response.writeHead(404).end() : response.end(bytes),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}/files/`;
  // The embedded images served as if they were to be fetched: small, and their checksums are known.
  entry = {
    ...(findCatalogEntry('fashion-mnist-12k') as IdxEntry),
    name: 'served',
    embedded: false,
    origin: { debianPackage: 'no-such-package', address },
  };
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

function fetchServed(
  options: {
    routes?: readonly Route[];
    onProgress?: (progress: FetchProgress) => void;
    signal?: AbortSignal;
  } = {},
) {
  return fetchEntry(entry, { environment: { NETSPACE_DATA: folder }, routes: official, ...options });
}

describe('fetching', () => {
  it('leaves the whole data set in NETSPACE_DATA and nothing else, telling how far it is', async () => {
    const progress: FetchProgress[] = [];
    const where = await fetchServed({ onProgress: (now) => progress.push(now) });
    expect(where).toBe(join(folder, 'served'));
    expect(await readdir(folder)).toEqual(['served']);
    expect((await readDataset(entry, where)).train.count).toBe(10_000);
    const images = progress.filter((now) => now.what === 'train-images-idx3-ubyte.gz');
    expect(images.at(-1)).toEqual({
      what: 'train-images-idx3-ubyte.gz',
      received: 4_381_081,
      total: 4_381_081,
    });
  });

  it('fetches nothing that is there already', async () => {
    await fetchServed();
    respond = () => Promise.resolve(undefined);
    expect(await fetchServed()).toBe(join(folder, 'served'));
    expect(await fetchDataset('fashion-mnist-12k')).toContain('embedded');
  });

  it('replaces a damaged data set', async () => {
    await mkdir(join(folder, 'served'));
    await writeFile(join(folder, 'served', 'train-images-idx3-ubyte.gz'), 'torn');
    const where = await fetchServed();
    expect((await readDataset(entry, where)).test.count).toBe(2000);
  });

  it('keeps nothing whose checksum is wrong', async () => {
    respond = (name) => readFile(join(embedded, name.replace('train', 't10k')));
    await expect(fetchServed()).rejects.toMatchObject({
      code: 'fetch',
      message: expect.stringMatching(
        /^served could not be fetched \(from its official address: train-(images-idx3|labels-idx1)-ubyte\.gz is damaged \(SHA-256/,
      ),
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('says what the server answered, and how to do it by hand', async () => {
    respond = () => Promise.resolve(undefined);
    await expect(fetchServed()).rejects.toThrow(
      /train-images-idx3-ubyte\.gz: the server answered 404 Not Found\); try again later, or put train-images-idx3-ubyte\.gz, .* into .*served by hand/,
    );
  });

  it('says that nobody answers', async () => {
    entry = { ...entry, origin: { debianPackage: 'no-such-package', address: 'http://127.0.0.1:1/' } };
    await expect(fetchServed()).rejects.toThrow(/http:\/\/127\.0\.0\.1:1\/train-images-idx3-ubyte\.gz: /);
  });

  it('goes the next way where one fails', async () => {
    const blocked: Route = {
      name: 'by pigeon',
      serves: () => true,
      fetch: () => Promise.reject(new Error('fog')),
    };
    expect(await fetchServed({ routes: [blocked, ...official] })).toBe(join(folder, 'served'));
    await expect(fetchServed({ routes: [blocked] })).resolves.toBe(join(folder, 'served'));
    await rm(join(folder, 'served'), { recursive: true });
    await expect(fetchServed({ routes: [blocked, blocked] })).rejects.toThrow(
      '(by pigeon: fog; by pigeon: fog)',
    );
  });

  it('leaves nothing behind when interrupted', async () => {
    const interruption = new AbortController();
    const fetching = fetchServed({ signal: interruption.signal, onProgress: () => interruption.abort() });
    await expect(fetching).rejects.toThrow('fetching served was interrupted');
    expect(await readdir(folder)).toEqual([]);
  });

  it('removes what was left by one killed more than a day ago, and spares one that may still run', async () => {
    for (const name of ['served.tmp-old', 'served.tmp-new']) await mkdir(join(folder, name));
    await utimes(join(folder, 'served.tmp-old'), 0, 0);
    await fetchServed();
    expect((await readdir(folder)).toSorted()).toEqual(['served', 'served.tmp-new']);
  });

  it('done twice at the same time ends with one whole data set', async () => {
    await Promise.all([fetchServed(), fetchServed()]);
    expect(await readdir(folder)).toEqual(['served']);
    expect((await readDataset(entry, join(folder, 'served'))).train.count).toBe(10_000);
  });

  it('says which folder it may not write into', async () => {
    await writeFile(join(folder, 'file'), '');
    const fetching = fetchEntry(entry, {
      environment: { NETSPACE_DATA: join(folder, 'file') },
      routes: official,
    });
    await expect(fetching).rejects.toThrow(
      /^cannot write into .*file \(.*\); make it writable or set NETSPACE_DATA/,
    );
  });
});
