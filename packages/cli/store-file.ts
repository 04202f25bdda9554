/** Which store a command uses. */
import { openSqliteStore } from '@netspace/store/sqlite';
import type { Store } from '@netspace/store/store';
import type { Command } from 'commander';
import { UsageError } from './errors.ts';

export interface StoreOptions {
  readonly store?: string;
}

export function withStore(command: Command): Command {
  return command.option('--store <FILE>', 'SQLite file; NETSPACE_STORE, or netspace.db in this folder');
}

export function storeLocation({ store }: StoreOptions): string {
  return store ?? process.env['NETSPACE_STORE'] ?? 'netspace.db';
}

export async function openStore(options: StoreOptions): Promise<Store> {
  const location = storeLocation(options);
  if (/^[a-z]+:\/\//i.test(location))
    throw new UsageError(
      `--store ${location}: this version keeps trials in a SQLite file; name one, such as netspace.db`,
    );
  return openSqliteStore(location);
}
