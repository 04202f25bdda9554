/** The databases that the crash tests run on, each with where it writes. */
import { join } from 'node:path';
import { openSqliteStore } from '@netspace/store/sqlite';
import type { Store } from '@netspace/store/store';
import { checkpointFolder } from '@netspace/sweep/checkpoints';
import type { Places } from './moments.ts';

export interface Engine {
  readonly name: string;
  readonly version: string;
  /** A store that is not there yet, for runs with this working folder, which is empty. */
  newStore(folder: string): Promise<EmptyStore>;
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
  return undefined;
}

const sqliteEngine: Engine = {
  name: 'SQLite',
  version: 'of better-sqlite3',
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
