/** The commands that write populations for others: export of a sweep, convert of a file. */
import { formatTrials } from '@netspace/population/population';
import type { Trial } from '@netspace/population/trial';
import { writeCsv } from '@netspace/population/trials-csv';
import { type Command, Option } from 'commander';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { UsageError } from './errors.ts';
import { writeWhole } from './file-output.ts';
import { say } from './output.ts';
import {
  countAll,
  countTrials,
  openPopulation,
  type PopulationOptions,
  readingOf,
  watchBroken,
  withPopulation,
} from './population-file.ts';
import { openKnownStore, type StoreOptions, withStore } from './store-file.ts';

const formats = ['jsonl', 'csv', 'parquet'] as const;
type Format = (typeof formats)[number];

interface OutputOptions {
  readonly format?: Format;
  readonly output?: string;
}

export function addExportCommands(program: Command): void {
  withOutput(withStore(program.command('export <sweep>')))
    .description('all trials of a sweep with their curves, as JSONL, CSV or Parquet')
    .option('--json', 'as always: JSON, a line a trial')
    .action(exportSweep);

  withOutput(withPopulation(program.command('convert <source>')))
    .description('a file of trials of any kind that is read, as JSONL, CSV or Parquet')
    .action(convert);
}

function withOutput(command: Command): Command {
  return command
    .addOption(new Option('--format <F>', "by the file's name when left out, else jsonl").choices(formats))
    .option('-o, --output <FILE>', 'where to write it; standard output when left out');
}

async function exportSweep(
  reference: string,
  options: StoreOptions & OutputOptions & { readonly json?: true },
): Promise<void> {
  const format = formatOf(options);
  if (options.json && format !== 'jsonl')
    throw new UsageError(`--json and --format ${format} contradict each other; leave one of them out`);
  const store = await openKnownStore(options);
  try {
    const sweep = await store.findSweep(reference);
    await write(() => store.population(sweep.id), format, options.output);
  } finally {
    await store.close();
  }
}

/** Reads the file before it writes, so that nothing is written of one that is wrong. */
async function convert(file: string, options: PopulationOptions & OutputOptions): Promise<void> {
  const format = formatOf(options);
  if (file === '-' || !existsSync(file))
    throw new UsageError(
      `convert ${file}: there is no such file; name one (standard input cannot be read twice), or export a sweep`,
    );
  const broken = watchBroken(file);
  const { trials } = await openPopulation(file, { ...readingOf(options), onBroken: broken.onBroken });
  broken.check(await countAll(trials), options.skipBad === true);
  await write(() => reread(file, options), format, options.output);
}

async function* reread(file: string, options: PopulationOptions): AsyncGenerator<Trial> {
  yield* (await openPopulation(file, { ...readingOf(options), onBroken: () => {} })).trials;
}

function formatOf({ format, output }: OutputOptions): Format {
  const ending = output === undefined ? undefined : extname(output).slice(1).toLowerCase();
  const byName = formats.find((each) => each === ending);
  if (format === undefined && byName === undefined && ending !== undefined && ending !== 'ndjson')
    throw new UsageError(
      `-o ${output}: no format is known by this name; end it in .${formats.join(', .')}, or say --format`,
    );
  return format ?? byName ?? 'jsonl';
}

async function write(
  trials: () => AsyncIterable<Trial>,
  format: Format,
  output: string | undefined,
): Promise<void> {
  let count = 0;
  // Tables go through the trials twice; those of the last time are written.
  async function* counted() {
    count = 0;
    for await (const trial of trials()) {
      count++;
      yield trial;
    }
  }
  const contents = await encode(counted, format);
  if (output === undefined) return print(contents, format);
  const path = await writeWhole(output, contents);
  say(`${countTrials(count)} in ${path}`);
}

async function encode(
  trials: () => AsyncIterable<Trial>,
  format: Format,
): Promise<AsyncIterable<string | Uint8Array>> {
  if (format === 'csv') return writeCsv(trials);
  if (format === 'jsonl') return writeLines(trials());
  const { writeParquet } = await import('@netspace/population/parquet-write');
  return writeParquet(trials);
}

async function* writeLines(trials: AsyncIterable<Trial>): AsyncGenerator<string> {
  for await (const trial of trials) yield formatTrials([trial]);
}

async function print(contents: AsyncIterable<string | Uint8Array>, format: Format): Promise<void> {
  if (format === 'parquet' && process.stdout.isTTY)
    throw new UsageError('Parquet is no text for a terminal; name a file with -o');
  for await (const part of contents) if (!process.stdout.write(part)) await once(process.stdout, 'drain');
}
