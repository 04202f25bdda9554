/**
 * Notices what is done to the file of a SQLite store while it is open, which SQLite itself would not tell.
 *
 * A file that is removed lives on for those who have it open, and all that they write goes with them. So what it held is saved beside.
 */
import { existsSync, statSync, type Stats } from 'node:fs';
import Database from 'better-sqlite3';
import { openSqliteFile } from './sqlite-file.ts';
import { StoreError } from './store-error.ts';

export interface FileGuard {
  /** Throws when the file is no longer there, is another one or was cut off. Not inside a transaction. */
  check(): void;
}

export function guardFile(file: Database.Database, location: string): FileGuard {
  const opened = statSync(location, { throwIfNoEntry: false });
  let size = 0;
  let log: Stats | undefined;
  let trouble: StoreError | undefined;
  return {
    check() {
      if (trouble) throw trouble;
      const now = statSync(location, { throwIfNoEntry: false });
      const nowLog = statSync(`${location}-wal`, { throwIfNoEntry: false });
      if (!isSame(opened, now) || (log && !isSame(log, nowLog))) trouble = describeLoss(file, location, now);
      // Nothing that netspace does makes the file smaller; a user's "vacuum" may.
      else if (now && now.size < size && !isSound(location)) trouble = describeCut(location);
      if (trouble) throw trouble;
      size = now?.size ?? 0;
      log ??= nowLog;
    },
  };
}

function isSame(before: Stats | undefined, now: Stats | undefined): boolean {
  return before?.ino === now?.ino && before?.dev === now?.dev;
}

function describeLoss(file: Database.Database, location: string, now: Stats | undefined): StoreError {
  const what = now ? `${location} or its log was replaced` : `${location} was removed`;
  const copy = freeName(`${location}.rescued`);
  try {
    file.prepare('vacuum into ?').run(copy);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return new StoreError(
      'store-gone',
      `${what} while it was in use, and what it held could not be saved as ${copy} (${why}); restore a backup, or run again to begin anew`,
      error,
    );
  }
  return new StoreError(
    'store-gone',
    `${what} while it was in use; all that was completed is saved as ${copy}: make that ${location} again and repeat the command`,
  );
}

function freeName(wanted: string): string {
  for (let number = 2, name = wanted; ; name = `${wanted}-${number++}`) if (!existsSync(name)) return name;
}

function describeCut(location: string): StoreError {
  return new StoreError(
    'store-damaged',
    `${location} was cut off while it was in use; keep a copy of it, and restore a backup or name another file with --store`,
  );
}

/** Reads the file anew: SQLite takes what it knows from its memory, and would not see that pages were overwritten. */
export function isSound(location: string): boolean {
  try {
    const file = openSqliteFile(location, { fileMustExist: true });
    try {
      return file.pragma('quick_check(1)', { simple: true }) === 'ok';
    } finally {
      file.close();
    }
  } catch (error) {
    return !(error instanceof Database.SqliteError && /^SQLITE_(NOTADB|CORRUPT)/.test(error.code));
  }
}
