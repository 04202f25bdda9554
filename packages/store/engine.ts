/** Where databases differ: all that the queries need to know of the one they run on. */
import type { Kysely, RawBuilder, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

export interface Engine {
  readonly db: Kysely<Tables>;
  /** Shown to people. */
  readonly location: string;
  /** The database's clock in milliseconds since 1970, read when the statement runs. */
  readonly now: RawBuilder<number>;
  /** A text that is another after any change that a connection committed, read without touching a table. */
  readonly version: RawBuilder<unknown>;
  /** Whether leasing locks its row (`for update skip locked`); false where a transaction that writes is alone anyway. */
  readonly locksRows: boolean;
  /** Type and constraint of a column that numbers its rows and never gives a number twice. */
  readonly serialKey: RawBuilder<unknown>;
}

/** What a query runs on: the database itself or a transaction in it. */
export type Queries = Kysely<Tables> | Transaction<Tables>;
