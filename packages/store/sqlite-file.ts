/**
 * SQLite files of which nothing native is freed before the process ends.
 *
 * Node 24.19 and newer abort the process (`RemoveEnvironmentCleanupHook: (env) != nullptr`) when an object of better-sqlite3 12 is collected while
 * no JavaScript runs, and better-sqlite3 13, whose objects are of another kind, needs Node 22. So a statement is made once for each text and kept,
 * which spares SQLite its planning too; there are no more texts than queries of ours and lengths of their lists.
 */
import Database from 'better-sqlite3';

const kept: object[] = [];

/** Keeps what better-sqlite3 made, and returns it. */
export function keepAlive<T extends object>(made: T): T {
  kept.push(made);
  return made;
}

export function openSqliteFile(path: string, options?: Database.Options): Database.Database {
  const file = keepAlive(new Database(path, options));
  const make = file.prepare.bind(file);
  const statements = new Map<string, Database.Statement<unknown[], unknown>>();
  const prepare = (text: string): Database.Statement<unknown[], unknown> => {
    const known = statements.get(text);
    // One that is being iterated over can do nothing else meanwhile.
    const statement = known && !known.busy ? known : keepAlive(make<unknown[], unknown>(text));
    statements.set(text, statement);
    return statement;
  };
  const pragma = (text: string, { simple = false }: Database.PragmaOptions = {}): unknown => {
    const statement = prepare(`pragma ${text}`);
    if (!statement.reader) return void statement.run();
    const rows = statement.all() as Record<string, unknown>[];
    return simple ? Object.values(rows[0] ?? {})[0] : rows;
  };
  return Object.assign(file, { prepare: prepare as Database.Database['prepare'], pragma });
}
