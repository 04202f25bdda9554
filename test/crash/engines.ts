/** The databases that the crash tests run on, each with where it writes. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openPostgresStore } from '@netspace/store/postgres';
import { openSqliteStore } from '@netspace/store/sqlite';
import type { Store } from '@netspace/store/store';
import { checkpointFolder } from '@netspace/sweep/checkpoints';
import { query, startTestPostgres, type TestPostgres } from '../../packages/store/test/test-postgres.ts';
import type { Places } from './moments.ts';

export interface Engine {
  readonly name: string;
  readonly version: string;
  /** A store that is not there yet, for runs with this working folder, which is empty. */
  newStore(folder: string): Promise<EmptyStore>;
  /** Where the server is ours. */
  readonly restart?: TestPostgres['restart'];
  close(): Promise<void>;
}

export interface EmptyStore {
  /** For `--store`. */
  readonly location: string;
  readonly places: Places;
  open(): Promise<Store>;
}

/** By name; undefined where it is not installed. */
export async function openEngine(name: string): Promise<Engine | undefined> {
  if (name === 'SQLite') return sqliteEngine;
  if (name !== 'PostgreSQL') throw new Error(`there is no engine ${name}: SQLite and PostgreSQL are known`);
  const server = await startTestPostgres();
  return server && postgresEngine(server);
}

const sqliteEngine: Engine = {
  name: 'SQLite',
  version: `of better-sqlite3 ${versionOf('better-sqlite3')}`,
  async newStore(folder) {
    const location = join(folder, 'store.db');
    return {
      location,
      places: { checkpoints: checkpointFolder(location), log: { folder, prefix: 'store.db-wal' } },
      open: () => openSqliteStore(location),
    };
  },
  close: async () => {},
};

function versionOf(name: string): string {
  const store = new URL('../../packages/store/package.json', import.meta.url);
  const { dependencies } = JSON.parse(readFileSync(store, 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return dependencies[name] ?? 'unknown';
}

async function postgresEngine(server: TestPostgres): Promise<Engine> {
  const [about] = await query<{ version: string; folder: string }>(
    await server.newDatabase(),
    `select current_setting('server_version') as version, current_setting('data_directory') as folder`,
  );
  if (!about) throw new Error('PostgreSQL tells nothing of itself');
  return {
    name: 'PostgreSQL',
    version: about.version.split(' ')[0] ?? '',
    async newStore(folder) {
      const location = await server.newDatabase();
      const store = await openPostgresStore(location);
      const checkpoints = join(folder, basename(checkpointFolder(store.location)));
      await store.close();
      return {
        location,
        places: { checkpoints, log: { folder: join(about.folder, 'pg_wal'), prefix: '0000' } },
        open: () => openPostgresStore(location),
      };
    },
    ...(server.restart && { restart: server.restart }),
    close: () => server.stop(),
  };
}
