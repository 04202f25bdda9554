/** The command that takes trials from elsewhere into the store, as a sweep of their own. */
import { PopulationError } from '@netspace/population/population-error';
import { readPopulation } from '@netspace/population/source';
import type { Trial } from '@netspace/population/trial';
import type { Store } from '@netspace/store/store';
import type { Command } from 'commander';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { UsageError } from './errors.ts';
import { formatOrigin, type Origin, originHash } from './import-origin.ts';
import { inputShapeOf, type InputOptions, withInput } from './network-commands.ts';
import { printJson, printLine, say } from './output.ts';
import { openStore, type StoreOptions, withStore } from './store-file.ts';

interface ImportOptions extends StoreOptions, InputOptions {
  readonly sweep?: string;
  readonly space?: string;
  readonly skipBad?: true;
  readonly json?: true;
}

/** So many wrong rows are told one by one. */
const shownRows = 20;

export function addImportCommand(program: Command): void {
  withStore(withInput(program.command('import <source>')))
    .description('takes trials of a file (JSONL, JSON, CSV, sweep.json of pycls, NDS records) as a sweep')
    .option('--sweep <NAME>', "the sweep's name; the file's when left out")
    .option('--space <NAME>', 'space of the jobs of a sweep.json, which does not name it')
    .option('--skip-bad', 'take the rest where rows are wrong; without it nothing is taken')
    .option('--json', 'print JSON')
    .action(importFile);
}

async function importFile(file: string, options: ImportOptions): Promise<void> {
  const bytes = readFileSync(file);
  const broken: PopulationError[] = [];
  const { format, trials } = readPopulation(bytes.toString('utf8'), file, {
    input: inputShapeOf(options),
    ...(options.space !== undefined && { space: options.space }),
    onBroken: (error) => broken.push(error),
  });
  checkRows(file, trials, broken, options.skipBad === true);
  const origin: Origin = {
    file: basename(file),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    format,
    input: inputShapeOf(options),
    ...(options.space !== undefined && { space: options.space }),
  };
  const store = await openStore(options);
  try {
    await keep(store, origin, trials, broken.length, options);
  } finally {
    await store.close();
  }
}

function checkRows(
  file: string,
  trials: readonly Trial[],
  broken: readonly PopulationError[],
  skip: boolean,
): void {
  const told = broken.slice(0, shownRows).map(({ message }) => message);
  if (broken.length > shownRows) told.push(`… and ${broken.length - shownRows} more`);
  if (skip && trials.length > 0) return told.forEach(say);
  if (broken.length === 0) return;
  const advice = trials.length > 0 ? 'mend them, or take the rest with --skip-bad' : 'mend them';
  throw new PopulationError(
    [
      ...told,
      `${file}: ${broken.length} of ${broken.length + trials.length} trials cannot be read, so none was taken; ${advice}`,
    ].join('\n'),
  );
}

async function keep(
  store: Store,
  origin: Origin,
  trials: readonly Trial[],
  skipped: number,
  options: ImportOptions,
): Promise<void> {
  const planHash = originHash(origin);
  const name = options.sweep ?? basename(origin.file, extname(origin.file));
  const named = (await store.sweeps()).find((each) => each.name === name);
  if (named !== undefined && named.planHash !== planHash)
    throw new UsageError(
      `${store.location} has another sweep "${name}" (#${named.id}); choose a name with --sweep: sweeps are never mixed`,
    );
  const { sweep, added } = await store.importSweep({ name, planHash, plan: formatOrigin(origin) }, trials);
  if (options.json)
    return printJson({ sweep: sweep.id, name: sweep.name, added, trials: trials.length, skipped, ...origin });
  if (added) return printLine(`${trials.length} trials are sweep ${sweep.name} (#${sweep.id})`);
  printLine(`nothing to do: these trials are in the store as sweep ${sweep.name} (#${sweep.id})`);
}
