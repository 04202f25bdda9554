/** A copy of a SQLite store beside it, made before a newer netspace changes its tables. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { openSqliteFile } from './sqlite-file.ts';
import { StoreError } from './store-error.ts';

/** `netspace.db.v2-backup`, whole or not there; undefined where another process has changed the tables meanwhile. */
export function backUp(file: Database.Database, location: string, version: number): string | undefined {
  const draft = `${location}.v${version}-backup-${process.pid}`;
  try {
    rmSync(draft, { force: true });
    file.prepare('vacuum into ?').run(draft);
    if (readVersion(draft) !== version) {
      rmSync(draft, { force: true });
      return undefined;
    }
    const path = freeName(`${location}.v${version}-backup`);
    renameSync(draft, path);
    return path;
  } catch (error) {
    rmSync(draft, { force: true });
    throw describeFailure(error, location);
  }
}

function readVersion(path: string): number | undefined {
  const copy = openSqliteFile(path, { readonly: true });
  try {
    return copy.prepare<[], { version: number }>('select version from storeVersion').get()?.version;
  } finally {
    copy.close();
  }
}

/** An older backup is never replaced. */
function freeName(wanted: string): string {
  for (let number = 2, name = wanted; ; name = `${wanted}-${number++}`) if (!existsSync(name)) return name;
}

function describeFailure(error: unknown, location: string): unknown {
  if (!(error instanceof Database.SqliteError) || !/^SQLITE_(FULL|IOERR)/.test(error.code)) return error;
  return new StoreError(
    'store-full',
    `${location} was written by an older netspace, and there is no room for the copy that is made before it is brought to this version; ` +
      'it was left untouched: free as much space as it takes, or move it to another disk',
    error,
  );
}
