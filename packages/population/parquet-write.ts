/**
 * Trials as Apache Parquet: the columns of a trial's table with types, the curve as a list of structs, other documents as JSON.
 * pandas, pyarrow and the like read it as it is; rows are written in groups, so a population may be larger than memory.
 */
import { formatNetwork } from '@netspace/network/interchange';
import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { gatherKeys, type TableKey, type TableKeys } from './table-keys.ts';
import type { Trial } from './trial.ts';
import { epochKeys } from './trial-record.ts';
import { texts } from './trial-table.ts';

/** Key of the file's metadata that names the columns whose values are of several kinds: they are JSON. */
export const mixedColumns = 'netspace.mixed';

/** Rows of a group. */
const groupSize = 1000;

interface Column {
  readonly schema: readonly SchemaElement[];
  readonly read: (trial: Trial) => unknown;
}

/** The file's bytes, some at a time. The trials are gone through twice: all keys must be known before the first row. */
export async function* writeParquet(trials: () => AsyncIterable<Trial>): AsyncGenerator<Uint8Array> {
  const keys = await gatherKeys(trials());
  const columns = columnsOf(keys);
  const mixed = keys.recipe.filter(({ kind }) => kind === 'mixed').map(({ name }) => `recipe.${name}`);
  const bytes = new ByteWriter();
  const root: SchemaElement = { name: 'trials', num_children: columns.length };
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [root, ...columns.flatMap(({ schema }) => schema)],
    createdBy: 'netspace',
    kvMetadata: [{ key: mixedColumns, value: JSON.stringify(mixed) }],
  });
  let group: Trial[] = [];
  for await (const trial of trials()) {
    group.push(trial);
    if (group.length < groupSize) continue;
    yield await writeGroup(writer, bytes, columns, group);
    group = [];
  }
  if (group.length > 0) yield await writeGroup(writer, bytes, columns, group);
  await writer.finish();
  yield take(bytes);
}

async function writeGroup(
  writer: ParquetWriter,
  bytes: ByteWriter,
  columns: readonly Column[],
  trials: readonly Trial[],
): Promise<Uint8Array> {
  await writer.write({
    columnData: columns.map(({ schema: [element], read }) => ({
      name: element?.name ?? '',
      data: trials.map((trial) => read(trial) ?? null),
    })),
    rowGroupSize: groupSize,
  });
  return take(bytes);
}

/** What was written since the last time; places in the file count on. */
function take(bytes: ByteWriter): Uint8Array {
  const taken = bytes.getBytes().slice();
  bytes.index = 0;
  return taken;
}

function columnsOf({ recipe, generator }: TableKeys): Column[] {
  return [
    ...texts.map((key): Column => ({ schema: [text(key)], read: (trial) => trial[key] })),
    ...(['error', 'bestError', 'seed'] as const).map((key): Column => ({
      schema: [double(key)],
      read: (trial) => trial[key],
    })),
    ...(['flops', 'params', 'activations'] as const).map((key): Column => ({
      schema: [{ name: key, type: 'INT64', repetition_type: 'OPTIONAL' }],
      read: ({ [key]: count }) => (count === undefined ? undefined : BigInt(count)),
    })),
    ...recipe.map((key) => keyColumn('recipe', key)),
    ...generator.map((key) => keyColumn('generator', key)),
    { schema: [json('network')], read: ({ network }) => formatNetwork(network) },
    { schema: curveSchema, read: ({ curve }) => curve?.map((epoch) => ({ ...epoch })) },
    ...(['stopped', 'evaluation', 'provenance'] as const).map((key): Column => ({
      schema: [json(key)],
      read: (trial) => trial[key] && JSON.stringify(trial[key]),
    })),
  ];
}

function keyColumn(group: 'recipe' | 'generator', { name, kind }: TableKey): Column {
  const column = `${group}.${name}`;
  const read = (trial: Trial) => trial[group]?.[name];
  if (kind === 'number') return { schema: [double(column)], read };
  if (kind === 'text') return { schema: [text(column)], read };
  if (kind === 'boolean')
    return { schema: [{ name: column, type: 'BOOLEAN', repetition_type: 'OPTIONAL' }], read };
  const mixed = (trial: Trial) => {
    const value = read(trial);
    return value === undefined ? undefined : JSON.stringify(value);
  };
  return { schema: [json(column)], read: mixed };
}

/** Text, which every reader takes as it is; some would make a type of their own of JSON. */
function json(name: string): SchemaElement {
  return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' };
}

function text(name: string): SchemaElement {
  return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' };
}

function double(name: string): SchemaElement {
  return { name, type: 'DOUBLE', repetition_type: 'OPTIONAL' };
}

const curveSchema: readonly SchemaElement[] = [
  { name: 'curve', converted_type: 'LIST', repetition_type: 'OPTIONAL', num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', repetition_type: 'OPTIONAL', num_children: epochKeys.length },
  ...epochKeys.map((name): SchemaElement =>
    name === 'epoch' ? { name, type: 'INT32', repetition_type: 'OPTIONAL' } : double(name),
  ),
];
