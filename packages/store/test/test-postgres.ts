/**
 * PostgreSQL for tests: the server that TEST_DATABASE_URL names, or one of our own, started from the system's programs in a folder
 * that goes with it. Where there is neither, tests are skipped with a word; in CI that is a failure.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type QueryResultRow } from 'pg';

export interface TestPostgres {
  /** URL of a new, empty database. */
  newDatabase(): Promise<string>;
  /** URL of the database of this name, which is made where it is missing, and stays. */
  keptDatabase(name: string): Promise<string>;
  /** Where the server is ours: ends it, as `pg_ctl stop -m` does, and starts it again. */
  readonly restart?: (mode: 'fast' | 'immediate') => Promise<void>;
  stop(): Promise<void>;
}

/**
 * Undefined: there is no PostgreSQL here, and the tests that want one are skipped. With `kept` a server of our own has its data in that
 * folder, finds there what an earlier one left, and has PostgreSQL's usual settings.
 */
export async function startTestPostgres(kept?: string): Promise<TestPostgres | undefined> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given !== undefined) return withDatabases(given, { stop: async () => {} });
  const programs = findPrograms();
  if (programs !== undefined) return startServer(programs, kept);
  const lack =
    'no PostgreSQL for tests: install it (apt-get install postgresql) or name a server in TEST_DATABASE_URL';
  if (process.env['CI'] === 'true') throw new Error(lack);
  process.stderr.write(`skipped: ${lack}\n`);
  return undefined;
}

/** The folder of initdb and postgres: Debian keeps it out of PATH. */
function findPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(debian, version, 'bin')),
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

async function startServer(programs: string, kept: string | undefined): Promise<TestPostgres> {
  const folder = kept === undefined ? mkdtempSync(join(tmpdir(), 'netspace-postgres-')) : resolve(kept);
  mkdirSync(folder, { recursive: true });
  const user = serverUser();
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  if (!existsSync(data))
    execFileSync(
      join(programs, 'initdb'),
      ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
      { ...user, cwd: folder, stdio: 'pipe' },
    );
  const port = await freePort();
  const place = { listen_addresses: '127.0.0.1', port, unix_socket_directories: folder };
  writeFileSync(
    join(data, 'postgresql.auto.conf'),
    settings(kept === undefined ? { ...place, ...shortLived } : place),
  );
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  const start = async (): Promise<ChildProcess> => {
    const child = spawn('sh', ['-c', guard, 'sh', join(programs, 'postgres'), '-D', data], {
      ...user,
      cwd: folder,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await answer(url, child, folder);
    return child;
  };
  let server = await start();
  return withDatabases(url, {
    restart: async (mode) => {
      const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
      const exit = once(server, 'exit');
      process.kill(pid, mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
      server.stdin?.end();
      await exit;
      server = await start();
    },
    stop: async () => {
      const exit = once(server, 'exit');
      server.stdin?.end();
      await exit;
      if (kept === undefined) rmSync(folder, { recursive: true, force: true });
    },
  });
}

/** Runs a server until its input ends: with the process that tests, however that comes to its end. */
const guard = '"$@" </dev/null >server.log 2>&1 & cat >/dev/null; kill -INT $! 2>/dev/null; wait $!';

/** A test need not outlive a power cut. */
const shortLived = { fsync: 'off', shared_buffers: '32MB', max_connections: 60 } as const;

function settings(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} = '${value}'\n`)
    .join('');
}

/** PostgreSQL refuses to run as root; Debian's package brings a user for it. */
function serverUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (what: string): number => Number(execFileSync('id', [what, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answer(url: string, server: ChildProcess, folder: string): Promise<void> {
  for (const deadline = Date.now() + 60_000; ; await sleep(50))
    try {
      await query(url, 'select 1');
      return;
    } catch (error) {
      if (server.exitCode === null && Date.now() < deadline) continue;
      throw new Error(`PostgreSQL does not start: ${readFileSync(join(folder, 'server.log'), 'utf8')}`, {
        cause: error,
      });
    }
}

let databases = 0;

function withDatabases(url: string, server: Pick<TestPostgres, 'restart' | 'stop'>): TestPostgres {
  const made: string[] = [];
  return {
    ...server,
    newDatabase: async () => {
      const name = `netspace_test_${process.pid}_${Date.now().toString(36)}_${databases++}`;
      await query(url, `create database ${name}`);
      made.push(name);
      const database = new URL(url);
      database.pathname = `/${name}`;
      return database.href;
    },
    keptDatabase: async (name) => {
      const found = await query(url, `select 1 from pg_database where datname = '${name}'`);
      if (found.length === 0) await query(url, `create database ${name}`);
      const database = new URL(url);
      database.pathname = `/${name}`;
      return database.href;
    },
    stop: async () => {
      for (const name of made) await query(url, `drop database ${name} with (force)`);
      await server.stop();
    },
  };
}

/** One statement on a connection of its own. */
export async function query<R extends QueryResultRow>(url: string, text: string): Promise<R[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<R>(text)).rows;
  } finally {
    await client.end();
  }
}
