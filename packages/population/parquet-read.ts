/** Reads trials of Apache Parquet, a group of rows at a time: netspace's own files, or a table from elsewhere with --map. */
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { parseJson } from './json.ts';
import { mixedColumns } from './parquet-write.ts';
import { PopulationError } from './population-error.ts';
import { attempt, type ReadOptions, toTrial } from './trial-record.ts';
import { kindOf, layOut, recordOf, type TableColumn } from './trial-table.ts';
import type { Trial } from './trial.ts';

/** Messages name the row, counted from 1: `FILE: row 7: …`. */
export async function readParquet(
  file: AsyncBuffer,
  source: string,
  options: ReadOptions = {},
): Promise<AsyncIterable<Trial>> {
  if (options.errorKey !== undefined)
    throw new PopulationError(`${source}: has one error a trial; --error-key is for pycls and NDS`);
  const metadata = await intact(source, () => parquetMetadataAsync(file));
  if (metadata.num_rows === 0n) throw new PopulationError(`${source}: holds no trial`);
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  const columns = layOut(names, source, options);
  return readRows(file, metadata, names, columns, source, options);
}

async function* readRows(
  file: AsyncBuffer,
  metadata: FileMetaData,
  names: readonly string[],
  columns: readonly TableColumn[],
  source: string,
  options: ReadOptions,
): AsyncGenerator<Trial> {
  const mixed = metadata.key_value_metadata?.find(({ key }) => key === mixedColumns)?.value ?? '[]';
  const asJson = JSON.parse(mixed) as string[];
  let end = 0;
  for (const { num_rows } of metadata.row_groups) {
    const begin = end;
    end += Number(num_rows);
    const some = await intact(source, () =>
      parquetReadObjects({ file, metadata, compressors, rowStart: begin, rowEnd: end }),
    );
    for (const [i, row] of (some as Record<string, unknown>[]).entries()) {
      const where = `${source}: row ${begin + i + 1}`;
      const valueOf = (column: TableColumn) =>
        readCell(row[names[column.index] ?? ''], column, asJson, where);
      const trial = attempt(
        () => toTrial(recordOf(columns, valueOf, where, options), where, options),
        options,
      );
      if (trial !== undefined) yield trial;
    }
  }
}

async function intact<T>(source: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new PopulationError(
      `${source}: is not a whole Parquet file (${error instanceof Error ? error.message : String(error)}); write or copy it again`,
      { cause: error },
    );
  }
}

function readCell(value: unknown, column: TableColumn, asJson: readonly string[], where: string): unknown {
  if ((kindOf(column) === 'document' || asJson.includes(column.target)) && typeof value === 'string')
    return parseJson(value, `${where}: column "${column.rule?.column ?? column.target}"`);
  const read = plain(value);
  return typeof read === 'number' && !Number.isFinite(read) ? Infinity : read;
}

/** Whole numbers of 64 bits as numbers, dates as texts, and all within lists and structs too. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>, plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  return value;
}
