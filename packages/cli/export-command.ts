/** The commands that write populations for others: export of a sweep, convert of a file. */
import { formatTrials } from '@netspace/population/population';
import { type Losses, writePyclsSweep } from '@netspace/population/pycls-write';
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
  type PopulationPath,
  readingOf,
  watchBroken,
  withPopulation,
  withPopulationPath,
} from './population-file.ts';
import { openKnownStore, type StoreOptions, withStore } from './store-file.ts';

const formats = ['jsonl', 'csv', 'parquet', 'pycls'] as const;
type Format = (typeof formats)[number];
/** A .json may be of any kind, so pycls' is asked for by name. */
const endings = ['jsonl', 'csv', 'parquet'] as const;

interface OutputOptions {
  readonly format?: Format;
  readonly output?: string;
}

export function addExportCommands(program: Command): void {
  withOutput(withStore(program.command('export <sweep>')))
    .description("all trials of a sweep with their curves, as JSONL, CSV, Parquet or pycls' sweep.json")
    .option('--json', 'as always: JSON, a line a trial')
    .action(exportSweep);

  withOutput(withPopulation(program.command('convert <source>')))
    .description("a file of trials of any kind that is read, as JSONL, CSV, Parquet or pycls' sweep.json")
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
async function convert(source: string, options: PopulationOptions & OutputOptions): Promise<void> {
  const format = formatOf(options);
  if (source !== '-' && !existsSync(source))
    throw new UsageError(`convert ${source}: there is no such file; name one, or export a sweep`);
  await withPopulationPath(source, async (file) => {
    const broken = watchBroken(file.name);
    const { trials } = await openPopulation(file, { ...readingOf(options), onBroken: broken.onBroken });
    broken.check(await countAll(trials), options.skipBad === true);
    await write(() => reread(file, options), format, options.output);
  });
}

async function* reread(file: PopulationPath, options: PopulationOptions): AsyncGenerator<Trial> {
  yield* (await openPopulation(file, { ...readingOf(options), onBroken: () => {} })).trials;
}

function formatOf({ format, output }: OutputOptions): Format {
  const ending = output === undefined ? undefined : extname(output).slice(1).toLowerCase();
  const byName = endings.find((each) => each === ending);
  if (format === undefined && byName === undefined && ending !== undefined && ending !== 'ndjson')
    throw new UsageError(
      `-o ${output}: no format is known by this name; end it in .${endings.join(', .')}, or say --format`,
    );
  return format ?? byName ?? 'jsonl';
}

async function write(
  trials: () => AsyncIterable<Trial>,
  format: Format,
  output: string | undefined,
): Promise<void> {
  let [count, unaveraged] = [0, 0];
  // Tables go through the trials twice; those of the last time are written.
  async function* counted() {
    [count, unaveraged] = [0, 0];
    for await (const trial of trials()) {
      count++;
      if (!trial.curve?.some(({ emaError }) => emaError !== undefined)) unaveraged++;
      yield trial;
    }
  }
  const losses: Losses = new Map();
  const contents = await encode(counted, format, losses);
  if (output === undefined) await print(contents, format);
  else {
    const path = await writeWhole(output, contents);
    say(`${countTrials(count)} in ${path}`);
  }
  tellLosses(losses, count);
  if (format === 'pycls' && unaveraged > 0)
    say(
      `pycls' own load_sweep leaves out jobs without the error of averaged weights (test_ema_epoch): ${unaveraged} of ${countTrials(count)} here; ` +
        'a recipe that averages weights has it',
    );
}

async function encode(
  trials: () => AsyncIterable<Trial>,
  format: Format,
  losses: Losses,
): Promise<AsyncIterable<string | Uint8Array>> {
  if (format === 'csv') return writeCsv(trials);
  if (format === 'pycls') return writePyclsSweep(noteSpaces(trials(), losses), losses);
  if (format === 'jsonl') return writeLines(trials());
  const { writeParquet } = await import('@netspace/population/parquet-write');
  return writeParquet(trials);
}

/** A sweep.json has no place for the name of a space: its reader takes the file's. */
async function* noteSpaces(trials: AsyncIterable<Trial>, losses: Losses): AsyncGenerator<Trial> {
  for await (const trial of trials) {
    losses.set('space', (losses.get('space') ?? 0) + 1);
    yield trial;
  }
}

function tellLosses(losses: Losses, count: number): void {
  if (losses.size === 0) return;
  const names = [...losses].map(([name, number]) => `${name} (${number} of ${countTrials(count)})`);
  say(`pycls' sweep.json has no place for: ${names.join(', ')}; say --space when it is read, or keep JSONL`);
}

async function* writeLines(trials: AsyncIterable<Trial>): AsyncGenerator<string> {
  for await (const trial of trials) yield formatTrials([trial]);
}

async function print(contents: AsyncIterable<string | Uint8Array>, format: Format): Promise<void> {
  if (format === 'parquet' && process.stdout.isTTY)
    throw new UsageError('Parquet is no text for a terminal; name a file with -o');
  for await (const part of contents) if (!process.stdout.write(part)) await once(process.stdout, 'drain');
}
