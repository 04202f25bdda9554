/**
 * What can still be read of a damaged SQLite store: row by row, past the pages that are destroyed.
 *
 * The file itself is never touched: it is read from a copy, with its log, whose whole part SQLite takes over. Rows are looked up by their
 * numbers, so that a destroyed page costs the rows on it; whatever is no trial any more is left out and counted.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseNetworks } from '@netspace/network/interchange';
import type { EpochRecord, TrialStatus } from '@netspace/population/trial';
import Database from 'better-sqlite3';
import { keepAlive, openSqliteFile } from './sqlite-file.ts';
import { StoreError } from './store-error.ts';
import type { StoredTrial } from './store.ts';
import { curveKey, readTrial } from './trial-rows.ts';

export interface Salvage {
  /** With curves, as far as those could be read. */
  readonly trials: readonly StoredTrial[];
  /** Names of the sweeps, by number. */
  readonly sweeps: ReadonlyMap<number, string>;
  /** Rows that are destroyed or no longer make sense, of each kind; where a whole page is gone, the places of its rows. */
  readonly unreadable: { readonly trials: number; readonly attempts: number; readonly epochs: number };
}

type Row = Record<string, unknown>;

interface Rows {
  readonly rows: readonly Row[];
  readonly unreadable: number;
}

export function salvageStore(path: string): Salvage {
  const folder = mkdtempSync(join(tmpdir(), 'netspace-salvage-'));
  try {
    const copy = join(folder, 'copy.db');
    copyFileSync(path, copy);
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
    fillUp(copy);
    return readCopy(copy, path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** SQLite reads nothing of a file that is shorter than its header tells; empty pages at the end are destroyed ones. */
function fillUp(copy: string): void {
  const header = Buffer.alloc(32);
  const file = openSync(copy, 'r');
  readSync(file, header, 0, header.length, 0);
  closeSync(file);
  const pageSize = header.readUInt16BE(16);
  const told = (pageSize === 1 ? 65_536 : pageSize) * header.readUInt32BE(28);
  const isDatabase = header.toString('latin1', 0, 15) === 'SQLite format 3';
  // More than tenfold is no cut, but a header that is destroyed.
  const { size } = statSync(copy);
  if (isDatabase && told > size && told <= 10 * size + 1e6) truncateSync(copy, told);
}

function readCopy(copy: string, path: string): Salvage {
  const file = openCopy(copy, path);
  try {
    const attempts = readRows(file, 'attempts');
    const epochs = readRows(file, 'epochs');
    const trials = readRows(file, 'trials');
    const sweeps = readRows(file, 'sweeps').rows.map(
      (row) => [Number(row['id']), String(row['name'])] as const,
    );
    const lastAttempts = new Map(attempts.rows.map((row) => [`${row['trialId']}/${row['attempt']}`, row]));
    const { curves, broken } = readCurves(epochs.rows);
    const read = trials.rows.map((row) => understand(row, lastAttempts, curves));
    const whole = read.filter((trial) => trial !== undefined);
    return {
      trials: whole.toSorted((a, b) => a.sweepId - b.sweepId || a.index - b.index),
      sweeps: new Map(sweeps),
      unreadable: {
        trials: trials.unreadable + read.length - whole.length,
        attempts: attempts.unreadable,
        epochs: epochs.unreadable + broken,
      },
    };
  } finally {
    file.close();
  }
}

/** Reads its list of tables, without which there is nothing to go by. */
function openCopy(copy: string, path: string): Database.Database {
  let file: Database.Database | undefined;
  try {
    file = openSqliteFile(copy);
    const tables = file
      .prepare<[], { name: string }>(`select name from sqlite_schema where type = 'table'`)
      .all();
    if (tables.some(({ name }) => name === 'trials')) return file;
  } catch (error) {
    file?.close();
    if (!isDamage(error)) throw error;
    throw new StoreError(
      'store-damaged',
      `of ${path} nothing can be read: its first page, which tells what is where, is destroyed; restore a backup`,
      error,
    );
  }
  file.close();
  throw new StoreError(
    'store-foreign',
    `${path} is a database, but not a store of netspace; name another file`,
  );
}

/** Reads on in one go, and around what is destroyed row by row. */
function readRows(file: Database.Database, table: string): Rows {
  const rows: Row[] = [];
  let unreadable = 0;
  const last = lastRow(file, table);
  const one = file.prepare<[number], Row>(`select * from ${table} where rowid = ?`);
  const rest = file.prepare<[number], Row>(
    `select rowid as salvagedRow, * from ${table} not indexed where rowid >= ? order by rowid`,
  );
  for (let from = 1; from <= last;) {
    const before = rows.length;
    try {
      for (const row of keepAlive(rest.iterate(from))) {
        rows.push(row);
        from = Number(row['salvagedRow']) + 1;
      }
      return { rows, unreadable };
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
    if (rows.length > before) continue;
    try {
      const row = one.get(from);
      if (row) rows.push(row);
    } catch (error) {
      if (!isDamage(error)) throw error;
      unreadable++;
    }
    from++;
  }
  return { rows, unreadable };
}

/** The greatest number of a row, or one that none can have. */
function lastRow(file: Database.Database, table: string): number {
  try {
    const row = file.prepare<[], { last: number | null }>(`select max(rowid) as last from ${table}`).get();
    return row?.last ?? 0;
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  // A row of ours takes 40 bytes at least.
  const bytes =
    Number(file.pragma('page_count', { simple: true })) * Number(file.pragma('page_size', { simple: true }));
  return Math.ceil(bytes / 40);
}

function isDamage(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB|IOERR)/.test(error.code);
}

function readCurves(rows: readonly Row[]): {
  readonly curves: ReadonlyMap<string, readonly EpochRecord[]>;
  readonly broken: number;
} {
  const curves = new Map<string, EpochRecord[]>();
  let broken = 0;
  for (const row of rows)
    try {
      const record = JSON.parse(String(row['record'])) as EpochRecord;
      if (record.epoch !== row['epoch']) throw new Error('another epoch');
      const key = curveKey(Number(row['trialId']), Number(row['attempt']));
      curves.set(key, [...(curves.get(key) ?? []), record]);
    } catch {
      broken++;
    }
  return { curves, broken };
}

const statuses: readonly TrialStatus[] = [
  'planned',
  'leased',
  'completed',
  'diverged',
  'failed',
  'lost',
  'cancelled',
];
const ofAttempt = ['reason', 'provenance', 'evaluation', 'startedAt', 'finishedAt'] as const;
/** Columns that versions of the store have added, or that are empty. */
const optional = ['generator', 'error', 'bestError', 'stopped', 'fit', 'waitingAt'] as const;

/** Undefined for a row that is no trial: bytes may be overwritten and the page still look whole. */
function understand(
  row: Row,
  attempts: ReadonlyMap<string, Row>,
  curves: ReadonlyMap<string, readonly EpochRecord[]>,
): StoredTrial | undefined {
  const attempt = attempts.get(`${String(row['id'])}/${String(row['attempt'])}`);
  const filled: Row = { rung: 0, ...row };
  for (const column of optional) filled[column] ??= null;
  for (const column of ofAttempt) filled[column] = attempt?.[column] ?? null;
  try {
    const trial = readTrial(filled as unknown as Parameters<typeof readTrial>[0]);
    if (!isSensible(trial)) return undefined;
    parseNetworks(JSON.stringify(trial.network), 'network');
    const curve = curves.get(curveKey(trial.id, trial.attempt));
    return { ...trial, ...(curve && { curve: curve.toSorted((a, b) => a.epoch - b.epoch) }) };
  } catch {
    return undefined;
  }
}

function isSensible({ status, error, space, index, sweepId }: StoredTrial): boolean {
  const hasError = error === undefined ? status !== 'completed' : error >= 0 && error <= 1;
  return statuses.includes(status) && hasError && typeof space === 'string' && index >= 0 && sweepId > 0;
}
