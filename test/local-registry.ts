/** A registry on this machine that offers what lies in the workspace's own folder of packages, and tarballs of ours: npm needs no network. */
import { spawn } from 'node:child_process';
import { createReadStream, existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const installed = fileURLToPath(new URL('../node_modules/.pnpm', import.meta.url));

interface Offer {
  readonly version: string;
  readonly manifest: Readonly<Record<string, unknown>>;
  /** A tarball, or the folder of what is to be packed. */
  readonly source: string;
}

export interface Registry {
  readonly address: string;
  close(): Promise<void>;
}

/** `tarballs`: ours, by the packages' names. */
export async function openRegistry(
  tarballs: ReadonlyMap<string, string>,
  manifests: ReadonlyMap<string, Offer['manifest']>,
): Promise<Registry> {
  const offers = new Map<string, Map<string, Offer>>();
  const offer = (manifest: Offer['manifest'], source: string): void => {
    const [name, version] = [String(manifest['name']), String(manifest['version'])];
    const versions = offers.get(name) ?? new Map<string, Offer>();
    offers.set(name, versions.set(version, { version, manifest, source }));
  };
  for (const folder of installedFolders())
    offer(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Offer['manifest'], folder);
  for (const [name, file] of tarballs) offer(manifests.get(name) ?? {}, file);

  const server = createServer((request, response) => {
    const [, name = '', version] = /^\/([^/]+)(?:\/(.+)\.tgz)?$/.exec(request.url ?? '') ?? [];
    const versions = offers.get(decodeURIComponent(name));
    const wanted = version === undefined ? undefined : versions?.get(decodeURIComponent(version));
    if (!versions || (version !== undefined && !wanted)) return void response.writeHead(404).end('{}');
    if (!wanted) return void response.end(JSON.stringify(describe(decodeURIComponent(name), versions)));
    if (wanted.source.endsWith('.tgz')) return void createReadStream(wanted.source).pipe(response);
    // As npm would have it: a folder "package", without what lies below node_modules.
    // pnpm links equal files to one another, and npm takes no links.
    const words = [
      '-c',
      '--hard-dereference',
      '--exclude=node_modules',
      '--transform=s,^\\.,package,',
      '-C',
      wanted.source,
      '.',
    ];
    spawn('tar', words, { stdio: ['ignore', 'pipe', 'inherit'] }).stdout.pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  function describe(name: string, versions: ReadonlyMap<string, Offer>) {
    const each = [...versions.values()].map(({ version, manifest }) => {
      const tarball = `${address}/${encodeURIComponent(name)}/${version}.tgz`;
      return [version, { ...manifest, dist: { tarball } }] as const;
    });
    return { name, 'dist-tags': { latest: each.at(-1)?.[0] }, versions: Object.fromEntries(each) };
  }
}

/** Each package once a version; what pnpm links to lies in another of these folders. */
function installedFolders(): string[] {
  const within = (folder: string): string[] =>
    readdirSync(folder).flatMap((name) => {
      const path = join(folder, name);
      if (name.startsWith('@')) return within(path);
      return !lstatSync(path).isSymbolicLink() && existsSync(join(path, 'package.json')) ? [path] : [];
    });
  return readdirSync(installed).flatMap((name) => {
    const modules = join(installed, name, 'node_modules');
    return name === 'node_modules' || !existsSync(modules) ? [] : within(modules);
  });
}
