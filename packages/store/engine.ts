/** Where databases differ: all that the queries need to know of the one they run on. */
import type { Expression, Kysely, RawBuilder, SqlBool, Transaction } from 'kysely';
import type { ColumnMemory, ValueKind } from './known-column.ts';
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
  /** What filters of trials are made of. */
  readonly expressions: Expressions;
  /** Where columns are kept that are slow to read; without it they are read each time. */
  readonly memory?: ColumnMemory | undefined;
  /** The names of the tables that lie where ours belong. */
  tableNames(): Promise<readonly string[]>;
  /** Called before an older store is brought to this program's version: keeps a copy where it can, and tells. */
  beforeMigration(from: number, to: number): void;
  /** Called first in the transaction that makes or changes tables: no other process enters one until it ends. */
  beginMigration(db: Queries): Promise<void>;
  /** Makes what this database needs beside the tables of the store. */
  addOwnTables(db: Queries): Promise<void>;
  /** Called when a transaction has added thousands of rows: the next queries are planned for what is there now. */
  countRows(db: Queries): Promise<void>;
  /** Runs a transaction or a read, again where the database says that it did not happen: all of it is then as if it ran once. */
  repeat<T>(run: () => Promise<T>): Promise<T>;
}

export interface Expressions {
  /** The value at a place of a document, null unless it is of this kind. The keys have no quotes in them. */
  json(
    document: Expression<unknown>,
    path: readonly (string | number)[],
    kind: ValueKind,
  ): RawBuilder<unknown>;
  /** What stands at a place of a document, as JSON; null where there is nothing. */
  written(document: Expression<unknown>, path: readonly string[]): RawBuilder<unknown>;
  bytes(value: Buffer): RawBuilder<unknown>;
  /** Which of many numbers, none of them negative, stands at an index from 0: to order by. */
  elementOf(numbers: Int32Array, index: Expression<number>): RawBuilder<unknown>;
  /** Whether a text holds another, whatever the case of the letters A to Z; null for null. */
  holds(text: Expression<unknown>, part: string): RawBuilder<SqlBool>;
  /** A text to order by, the same way in every database. */
  byBytes(text: Expression<unknown>): RawBuilder<unknown>;
  /** Whether a JSON list of texts has this one; false for null. */
  hasElement(list: Expression<unknown>, text: string): RawBuilder<SqlBool>;
  someElementHolds(list: Expression<unknown>, part: string): RawBuilder<SqlBool>;
}

/** What a query runs on: the database itself or a transaction in it. */
export type Queries = Kysely<Tables> | Transaction<Tables>;
