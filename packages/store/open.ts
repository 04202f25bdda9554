/** Opens a store by where it is: the URL of a PostgreSQL database, or the path of a SQLite file. */
import { isPostgresUrl } from './postgres-url.ts';
import { StoreError } from './store-error.ts';
import type { OpenOptions, Store, Tell } from './store.ts';

/** `tell`: hears of what happens to an older store. */
export async function openStore(location: string, tell?: Tell, options?: OpenOptions): Promise<Store> {
  // Each with its driver, which is loaded when it is needed.
  if (isPostgresUrl(location))
    return (await import('./postgres.ts')).openPostgresStore(location, tell, options);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(location)?.[1];
  if (scheme !== undefined)
    throw new StoreError(
      'store-unreachable',
      `a store is a SQLite file or a database of PostgreSQL (postgresql://user@host/database), and nothing that begins with ${scheme}://`,
    );
  return (await import('./sqlite.ts')).openSqliteStore(location, tell, options);
}
