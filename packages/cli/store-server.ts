/** Stores that several machines work on: in PostgreSQL, never in a file. */
import type { Store } from '@netspace/store/store';
import type { Command } from 'commander';
import { UsageError } from './errors.ts';
import { say } from './output.ts';
import { openStore, storeLocation, type StoreOptions } from './store-file.ts';

export function withServerStore(command: Command): Command {
  return command.option('--store <URL>', 'postgresql://user@host/database; NETSPACE_STORE');
}

/** Opens the store that `whom`, on machines of their own, are to reach. */
export async function openServerStore(options: StoreOptions, whom: string): Promise<Store> {
  const location = storeLocation(options);
  if (!location.includes('://'))
    throw new UsageError(
      `the store ${location} is a SQLite file, and ${whom} cannot share one: its locks do not hold on file systems that machines share, ` +
        'so that they would damage it; name a PostgreSQL database with --store or NETSPACE_STORE (docs/clusters.md says how to come by one)',
    );
  const store = await openStore(options);
  if (/^(?:localhost|127\.|\[::1\]|\/)/.test(store.location.replace(/^[^@]*@/, '')))
    say(`note: the store is at ${store.location}, an address that only this machine reaches`);
  return store;
}
