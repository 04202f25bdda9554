/** The databases that the crash tests run on, each with where it writes. */
import { dirname, basename } from 'node:path';
import { openSqliteStore } from '@netspace/store/sqlite';
import type { Store } from '@netspace/store/store';
import { checkpointFolder } from '@netspace/sweep/checkpoints';
import type { Places } from './moments.ts';

export interface Engine {
  readonly name: string;
  /** A store that is not there yet, for `--store`; `folder` is empty and its own. */
  newLocation(folder: string): Promise<string>;
  open(location: string): Promise<Store>;
  places(location: string): Places;
  close(): Promise<void>;
}

export function sqliteEngine(): Engine {
  return {
    name: 'SQLite',
    newLocation: async (folder) => `${folder}/store.db`,
    open: openSqliteStore,
    places: (location) => ({
      checkpoints: checkpointFolder(location),
      log: { folder: dirname(location), prefix: `${basename(location)}-wal` },
    }),
    close: async () => {},
  };
}
