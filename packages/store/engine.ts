/** Where databases differ: all that the queries need to know of the one they run on. */
import type { Kysely, RawBuilder, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

export interface Engine {
  readonly db: Kysely<Tables>;
  /** Shown to people; never with a password. */
  readonly location: string;
  /** The database's clock in milliseconds since 1970, read when the statement runs. */
  readonly now: RawBuilder<number>;
  /** A text that is another after any change that a connection committed, read without touching a table. */
  readonly version: RawBuilder<unknown>;
  /** Whether leasing locks its row (`for update skip locked`); false where a transaction that writes is alone anyway. */
  readonly locksRows: boolean;
  /** Type and constraint of a column that numbers its rows and never gives a number twice. */
  readonly serialKey: RawBuilder<unknown>;
  /** The names of the tables that lie where ours belong. */
  tableNames(): Promise<readonly string[]>;
  /** Called first in the transaction that makes or changes tables: no other process enters one until it ends. */
  beginMigration(db: Queries): Promise<void>;
  /** Runs a transaction or a read, again where the database says that it did not happen: all of it is then as if it ran once. */
  repeat<T>(run: () => Promise<T>): Promise<T>;
}

/** What a query runs on: the database itself or a transaction in it. */
export type Queries = Kysely<Tables> | Transaction<Tables>;
