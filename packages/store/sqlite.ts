/** The store in a SQLite file: many processes on one machine. */
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { openSqliteFile } from './sqlite-file.ts';
import { Kysely, sql } from 'kysely';
import { rememberColumns } from './column-memory.ts';
import type { Engine } from './engine.ts';
import { migrate } from './migrations.ts';
import { sqlStore } from './sql-store.ts';
import { backUp } from './sqlite-backup.ts';
import { describeSqliteError, fileSqliteDialect } from './sqlite-dialect.ts';
import { sqliteExpressions } from './sqlite-expressions.ts';
import { StoreError } from './store-error.ts';
import type { OpenOptions, Store, Tell } from './store.ts';
import type { Tables } from './tables.ts';

/** How long opening waits for another process that is just making the file, in milliseconds. */
const openTimeout = 10_000;

/** Opens the store in a file, which is made when it is missing; a relative path counts from the working folder. */
export async function openSqliteStore(
  path: string,
  tell: Tell = () => {},
  { remembers = false }: OpenOptions = {},
): Promise<Store> {
  const location = resolve(path);
  const file = openFile(location);
  const db = new Kysely<Tables>({ dialect: fileSqliteDialect(file, location) });
  const engine: Engine = {
    db,
    location,
    now: sql<number>`cast(unixepoch('subsec') * 1000 as integer)`,
    // The first counts what other connections committed, the second what this one wrote.
    version: sql`(select data_version from pragma_data_version) || '.' || total_changes()`,
    locksRows: false,
    expressions: sqliteExpressions,
    serialKey: sql`integer primary key autoincrement`,
    tableNames: async () => (await db.introspection.getTables()).map(({ name }) => name),
    // Its indexes are chosen without counts.
    countRows: () => Promise.resolve(),
    beforeMigration: (from, to) => {
      const copy = backUp(file, location, from);
      if (copy === undefined) return;
      tell(
        `${location} is brought from version ${from} of the store to ${to}; as it was it is kept as ${copy}`,
      );
    },
    // A transaction that writes is alone from its first statement.
    beginMigration: async () => {},
    addOwnTables: () => Promise.resolve(),
    // Waiting for one's turn is the dialect's; a file has no connection that could break.
    repeat: (run) => run(),
  };
  try {
    await migrate(engine);
  } catch (error) {
    await engine.db.destroy();
    throw error;
  }
  return sqlStore(remembers ? { ...engine, memory: rememberColumns(engine) } : engine);
}

function openFile(location: string): Database.Database {
  checkFolder(location);
  let file: Database.Database | undefined;
  try {
    file = openSqliteFile(location, { timeout: openTimeout });
    // WAL: readers and the writer do not wait for each other. FULL: what was said to be kept survives a power cut.
    file.pragma('journal_mode = WAL');
    file.pragma('synchronous = FULL');
    file.pragma('foreign_keys = ON');
    // From here the dialect waits, and the process can do something else meanwhile.
    file.pragma('busy_timeout = 0');
    return file;
  } catch (error) {
    file?.close();
    throw describeSqliteError(error, location);
  }
}

/** Says what SQLite's "unable to open database file" leaves open. */
function checkFolder(location: string): void {
  const folder = dirname(location);
  if (!existsSync(folder)) makeFolder(folder, location);
  for (const each of [folder, ...(existsSync(location) ? [location] : [])])
    try {
      accessSync(each, constants.R_OK | constants.W_OK);
    } catch (error) {
      throw new StoreError(
        'store-read-only',
        `${each} cannot be written, so the store ${location} cannot be used; allow writing there, or name another file with --store`,
        error,
      );
    }
}

function makeFolder(folder: string, location: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new StoreError(
      'store-unreachable',
      `the folder ${folder} of the store ${location} does not exist and cannot be made; name another file with --store`,
      error,
    );
  }
}
