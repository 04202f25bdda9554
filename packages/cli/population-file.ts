/** Files of trials, as every command takes them: how they are opened, what their columns are, and what happens to rows that are wrong. */
import { type ColumnRule, parseColumnMap } from '@netspace/population/column-map';
import { PopulationError } from '@netspace/population/population-error';
import { readPopulation, type SourcePopulation } from '@netspace/population/source';
import { type ErrorKey, errorKeys, type ReadOptions } from '@netspace/population/trial-record';
import { type Command, Option } from 'commander';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { inputShapeOf, type InputOptions, withInput } from './network-commands.ts';
import { say } from './output.ts';

export interface PopulationOptions extends InputOptions {
  readonly map?: ColumnRule[];
  readonly space?: string;
  readonly errorKey?: ErrorKey;
  readonly skipBad?: true;
}

export function withPopulation(command: Command): Command {
  return withInput(command)
    .option(
      '--map <RULES>',
      "what a table's columns are: error=val_err%,space=search_space,flops=macs*1e6,error=1-accuracy; may be given again",
      (text: string, before: ColumnRule[] = []) => [...before, ...parseColumnMap(text)],
    )
    .option('--space <NAME>', 'space of trials whose file names none')
    .addOption(
      new Option(
        '--error-key <KEY>',
        "the headline error of pycls' and NDS' logs; top1_err when left out",
      ).choices(errorKeys),
    )
    .option('--skip-bad', 'take the rest where rows are wrong; without it nothing is taken');
}

/** What of these options changes what is read. */
export function readingOf(options: PopulationOptions): ReadOptions {
  const { map, space, errorKey } = options;
  return {
    input: inputShapeOf(options),
    ...(map !== undefined && { columns: map }),
    ...(space !== undefined && { space }),
    ...(errorKey !== undefined && { errorKey }),
  };
}

/** A file of trials that can be read again and again, and what people call it. */
export interface PopulationPath {
  readonly path: string;
  readonly name: string;
}

/** What `-` and the name of a file stand for; standard input is kept in a temporary file for as long as it is used. */
export async function withPopulationPath<T>(
  file: string,
  use: (population: PopulationPath) => Promise<T>,
): Promise<T> {
  if (file !== '-') return use({ path: file, name: file });
  const folder = await mkdtemp(join(tmpdir(), 'netspace-stdin-'));
  try {
    const path = join(folder, 'population');
    await pipeline(process.stdin, createWriteStream(path));
    return await use({ path, name: 'standard input' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function openPopulation(
  { path: file, name }: PopulationPath,
  options: ReadOptions,
): Promise<SourcePopulation> {
  const mark = (await readBytes(file, 0, 4)).toString('latin1');
  if (mark.startsWith('\x1f\x8b')) return readPopulation(gunzipped(file, name), name, options);
  if (mark === 'PAR1') {
    // Loaded late: only this kind of file needs it.
    const { readParquet } = await import('@netspace/population/parquet-read');
    return { format: 'parquet', trials: await readParquet(await asBuffer(file), name, options) };
  }
  return readPopulation(createReadStream(file), name, options);
}

async function* gunzipped(file: string, name: string): AsyncGenerator<Uint8Array> {
  const unpacked = createGunzip();
  // What goes wrong is thrown by whoever reads.
  pipeline(createReadStream(file), unpacked).catch(() => {});
  try {
    for await (const chunk of unpacked) yield chunk as Uint8Array;
  } catch (error) {
    throw new PopulationError(
      `${name}: cannot be gunzipped (${error instanceof Error ? error.message : String(error)}): the file is torn or damaged; copy it again`,
      { cause: error },
    );
  }
}

/** A file of which parts are read as they are asked for. */
async function asBuffer(file: string): Promise<{
  readonly byteLength: number;
  readonly slice: (begin: number, end?: number) => Promise<ArrayBuffer>;
}> {
  const { size } = await stat(file);
  const slice = async (begin: number, end = size) =>
    new Uint8Array(await readBytes(file, begin, end - begin)).buffer;
  return { byteLength: size, slice };
}

/** As many as there are, at most `length`. */
async function readBytes(file: string, begin: number, length: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, begin);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** So many wrong rows are told one by one. */
const shownRows = 20;

export interface BrokenRows {
  readonly count: () => number;
  /** For `ReadOptions.onBroken`. */
  readonly onBroken: (error: PopulationError) => void;
  /** Throws unless all is well or skipped, and tells what is wrong; `taken` is the number of good trials. */
  readonly check: (taken: number, skip: boolean) => void;
}

/** Counts the rows of a file that are wrong, and refuses it unless they are to be skipped. */
export function watchBroken(file: string): BrokenRows {
  let count = 0;
  const told: string[] = [];
  return {
    count: () => count,
    onBroken: ({ message }) => {
      count++;
      if (count <= shownRows) told.push(message);
    },
    check: (taken, skip) => {
      if (count === 0) return;
      if (count > shownRows) told.push(`… and ${count - shownRows} more`);
      const total = `${count} of ${countTrials(count + taken)} cannot be read`;
      if (skip && taken > 0) return [...told, `${file}: ${total}; the rest is taken`].forEach(say);
      const advice = taken > 0 ? 'mend them, or take the rest with --skip-bad' : 'mend them';
      throw new PopulationError([...told, `${file}: ${total}, so none was taken; ${advice}`].join('\n'));
    },
  };
}

export function countTrials(count: number): string {
  return `${count} trial${count === 1 ? '' : 's'}`;
}

export async function countAll(all: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  const each = all[Symbol.asyncIterator]();
  while ((await each.next()).done !== true) count++;
  return count;
}
