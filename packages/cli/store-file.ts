/** Which store a command uses. */
import type { OpenOptions, Store } from '@netspace/store/store';
import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { UsageError } from './errors.ts';
import { say } from './output.ts';

export interface StoreOptions {
  readonly store?: string;
}

export function withStore(command: Command): Command {
  return command.option(
    '--store <FILE|URL>',
    'SQLite file, or postgresql://user@host/database; NETSPACE_STORE, or netspace.db in this folder',
  );
}

export function storeLocation({ store }: StoreOptions): string {
  return store ?? process.env['NETSPACE_STORE'] ?? 'netspace.db';
}

export async function openStore(options: StoreOptions): Promise<Store> {
  return openStoreAt(storeLocation(options));
}

/** Loaded when it is needed: two hundred modules that most commands do without. */
async function openStoreAt(location: string, open: OpenOptions = {}): Promise<Store> {
  const { openStore: openAt } = await import('@netspace/store/open');
  return openAt(location, say, open);
}

/** Opens a store where there is one, and makes none. */
export async function findStore(options: StoreOptions): Promise<Store | undefined> {
  const location = storeLocation(options);
  return location.includes('://') || existsSync(location) ? openStoreAt(location) : undefined;
}

/** Opens a store that must be there already; of a server that is known only when it answers. */
export async function openKnownStore(
  options: StoreOptions,
  otherwise = 'name it with --store, or run a plan first',
  open: OpenOptions = {},
): Promise<Store> {
  const location = storeLocation(options);
  if (!location.includes('://') && !existsSync(location))
    throw new UsageError(`there is no store ${location}; ${otherwise}`);
  return openStoreAt(location, open);
}

/** Opens a store that must be there, and closes it whatever happens. */
export async function withOpenStore(
  options: StoreOptions,
  use: (store: Store) => Promise<void>,
): Promise<void> {
  const store = await openKnownStore(options);
  try {
    await use(store);
  } finally {
    await store.close();
  }
}
