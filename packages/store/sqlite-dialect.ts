/** SQLite under Kysely: transactions that write from their first statement, and errors in words. */
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { CompiledQuery, SqliteDialect, SqliteDriver, type DatabaseConnection, type Dialect } from 'kysely';
import { guardFile, isSound, type FileGuard } from './sqlite-guard.ts';
import { StoreError, type StoreErrorCode } from './store-error.ts';

/** How long a statement waits for another connection's transaction, in milliseconds. */
const patience = 20_000;
/** Milliseconds between two tries, on average. */
const retryInterval = 4;

export function fileSqliteDialect(file: Database.Database, location: string): Dialect {
  const dialect = new SqliteDialect({ database: file });
  return {
    createAdapter: () => dialect.createAdapter(),
    createDriver: () => new FileDriver(file, location),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
}

class FileDriver extends SqliteDriver {
  readonly #file: Database.Database;
  readonly #location: string;
  readonly #guard: FileGuard;
  #hasWritten = false;

  constructor(file: Database.Database, location: string) {
    super({ database: file });
    this.#file = file;
    this.#location = location;
    this.#guard = guardFile(file, location);
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection();
    return {
      executeQuery: (query) => this.#execute(() => connection.executeQuery(query)),
      streamQuery: (query, size) => connection.streamQuery(query, size),
    };
  }

  /**
   * Waits for its turn where another connection writes, without blocking the process: SQLite's own waiting would, and
   * for ever where that other connection is in the same process. Inside a transaction the turn is ours already.
   */
  async #execute<T>(run: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + patience;
    for (;;)
      try {
        return await run();
      } catch (error) {
        const waits = isBusy(error) && !this.#file.inTransaction && performance.now() < deadline;
        if (!waits) throw describeSqliteError(error, this.#location);
        await sleep(retryInterval * (0.5 + Math.random()));
      }
  }

  // A deferred transaction that reads and then writes fails at once when another process wrote in between,
  // however long it would wait; an immediate one waits for its turn.
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    this.#guard.check();
    this.#hasWritten = true;
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  // SQLite rolls back by itself on a full disk; a second rollback would hide why.
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#file.inTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  override async destroy(): Promise<void> {
    try {
      if (this.#hasWritten) this.#guard.check();
    } finally {
      await super.destroy();
    }
    if (this.#hasWritten && !isSound(this.#location))
      throw new StoreError('store-damaged', damage(this.#location));
  }
}

function damage(location: string): string {
  return `${location} is damaged, or no SQLite database at all; keep a copy of it, and restore a backup or name another file with --store; "netspace salvage" writes the trials that can still be read`;
}

const causes: readonly (readonly [code: RegExp, StoreErrorCode, (location: string) => string])[] = [
  [/^SQLITE_(NOTADB|CORRUPT)/, 'store-damaged', damage],
  [
    /^SQLITE_FULL/,
    'store-full',
    (l) =>
      `no space is left on the disk of ${l}; free some and run again, nothing that was completed is lost`,
  ],
  [
    /^SQLITE_(READONLY|PERM|AUTH)/,
    'store-read-only',
    (l) => `${l} cannot be written; allow writing to it and its folder, or name another file with --store`,
  ],
  [
    /^SQLITE_(BUSY|LOCKED)/,
    'store-busy',
    (l) =>
      `another process kept ${l} locked too long; end it (lsof shows which) and run again, nothing that was completed is lost`,
  ],
  [
    /^SQLITE_(CANTOPEN|NOTFOUND)/,
    'store-unreachable',
    (l) => `${l} cannot be opened; see that it is a file in a folder that you may read and write`,
  ],
];

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}

/** What SQLite reports, as a sentence; anything that is not SQLite's comes back unchanged. */
export function describeSqliteError(error: unknown, location: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const cause = causes.find(([code]) => code.test(error.code));
  if (cause) return new StoreError(cause[1], cause[2](location), error);
  return new StoreError('store-failed', `${location}: ${error.message} (${error.code})`, error);
}
