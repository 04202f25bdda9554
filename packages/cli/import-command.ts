/** The command that takes trials from elsewhere into the store, as a sweep of their own. */
import { PopulationError } from '@netspace/population/population-error';
import type { Trial } from '@netspace/population/trial';
import type { Store } from '@netspace/store/store';
import type { Command } from 'commander';
import { basename, parse } from 'node:path';
import { UsageError } from './errors.ts';
import { checksumOf } from './file-checksum.ts';
import { formatOrigin, type Origin, originHash } from './import-origin.ts';
import { inputShapeOf } from './network-commands.ts';
import { printJson, printLine } from './output.ts';
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
import { openStore, type StoreOptions, withStore } from './store-file.ts';

interface ImportOptions extends StoreOptions, PopulationOptions {
  readonly sweep?: string;
  readonly json?: true;
}

export function addImportCommand(program: Command): void {
  withStore(withPopulation(program.command('import <source>')))
    .description(
      'takes trials of a file (JSONL, JSON, CSV, Parquet, sweep.json of pycls, NDS records) as a sweep',
    )
    .option('--sweep <NAME>', "the sweep's name; the file's when left out")
    .option('--json', 'print JSON')
    .action(importFile);
}

/** Reads the file twice: nothing is kept before all of it is known to be right, and at no time is it whole in memory. */
async function importFile(source: string, options: ImportOptions): Promise<void> {
  if (source === '-' && options.sweep === undefined)
    throw new UsageError('import - : standard input has no name that the sweep could take; say --sweep NAME');
  await withPopulationPath(source, (file) => importPopulation(file, options));
}

async function importPopulation(file: PopulationPath, options: ImportOptions): Promise<void> {
  const { sha256 } = await checksumOf(file.path);
  const broken = watchBroken(file.name);
  const reading = readingOf(options);
  const { format, trials } = await openPopulation(file, { ...reading, onBroken: broken.onBroken });
  const count = await countAll(trials);
  broken.check(count, options.skipBad === true);
  const { input: _input, ...changes } = reading;
  const origin: Origin = {
    file: basename(file.name),
    sha256,
    format,
    input: inputShapeOf(options),
    ...changes,
  };
  const store = await openStore(options);
  try {
    await keep(store, file, origin, { trials: count, skipped: broken.count() }, options);
  } finally {
    await store.close();
  }
}

/** Without what its ending says: `trials` of trials.jsonl.gz. */
function stemOf(file: string): string {
  return parse(basename(file, '.gz')).name;
}

interface Counts {
  readonly trials: number;
  readonly skipped: number;
}

async function keep(
  store: Store,
  file: PopulationPath,
  origin: Origin,
  counts: Counts,
  options: ImportOptions,
): Promise<void> {
  const planHash = originHash(origin);
  const name = options.sweep ?? stemOf(origin.file);
  const named = (await store.sweeps()).find((each) => each.name === name);
  if (named !== undefined && named.planHash !== planHash)
    throw new UsageError(
      `${store.location} has another sweep "${name}" (#${named.id}); choose a name with --sweep: sweeps are never mixed`,
    );
  const { sweep, added } = await store.importSweep(
    { name, planHash, plan: formatOrigin(origin) },
    { [Symbol.asyncIterator]: () => trialsAgain(file, origin, counts, readingOf(options)) },
  );
  if (options.json) return printJson({ sweep: sweep.id, name: sweep.name, added, ...counts, ...origin });
  const verb = counts.trials === 1 ? 'is' : 'are';
  if (added) return printLine(`${countTrials(counts.trials)} ${verb} sweep ${sweep.name} (#${sweep.id})`);
  printLine(`nothing to do: these trials are in the store as sweep ${sweep.name} (#${sweep.id})`);
}

/** The trials that were counted; a file that has changed meanwhile is refused, and with it all of the import. */
async function* trialsAgain(
  file: PopulationPath,
  { sha256 }: Origin,
  counts: Counts,
  reading: ReturnType<typeof readingOf>,
): AsyncGenerator<Trial> {
  let count = 0;
  const { trials } = await openPopulation(file, { ...reading, onBroken: () => {} });
  for await (const trial of trials) {
    count++;
    yield trial;
  }
  if (count !== counts.trials || (await checksumOf(file.path)).sha256 !== sha256)
    throw new PopulationError(`${file.name}: changed while it was read; import it again`);
}
