/** The command that finds a network for a data set and a budget. */
import { parseQuantity } from '@netspace/network/quantity';
import { readReference } from '@netspace/data/reference';
import type { SearchRequest } from '@netspace/search/request';
import type { SearchHands } from '@netspace/search/search';
import { calibrate, describeMachine, findCalibration } from '@netspace/sweep/calibrate';
import { checkpointFolder } from '@netspace/sweep/checkpoints';
import { showSweep } from '@netspace/sweep/display';
import { watchInterrupts } from '@netspace/sweep/interrupts';
import type { RecipeDeclaration } from '@netspace/train/recipe';
import type { Command } from 'commander';
import { basename, resolve } from 'node:path';
import { exitCodes, UsageError, type Finish } from './errors.ts';
import { showSearchPlan } from './find-dry-run.ts';
import { printFinding } from './find-text.ts';
import { numberOption, timeOption } from './input.ts';
import { printJson, say } from './output.ts';
import { workersFor } from './plan-file.ts';
import { gatherProvenance } from './provenance.ts';
import { readRecipe } from './recipe-commands.ts';
import { openStore, withStore, type StoreOptions } from './store-file.ts';
import { supervisionOf, withSupervision, type SupervisionOptions } from './supervision-options.ts';

interface FindOptions extends StoreOptions, SupervisionOptions {
  readonly data: string;
  readonly flops?: number;
  readonly params?: number;
  readonly activations?: number;
  readonly latency?: number;
  readonly time?: number;
  readonly resolution?: number;
  readonly space: string;
  readonly recipe?: string;
  readonly candidates?: number;
  readonly epochs?: number;
  readonly finalEpochs?: number;
  readonly seed: number;
  readonly threads: number;
  readonly workers?: number;
  readonly output?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

const whole = (option: string, least: number, most: number) =>
  numberOption(option, { least, most, whole: true });

export function addFindCommand(program: Command, finish: Finish): void {
  const command = program
    .command('find')
    .description('finds a good network for a data set and a budget; repeating it resumes')
    .requiredOption(
      '--data <NAME|DIR>',
      'data set (see netspace data list), or a folder with a folder of images a class',
    )
    .option('--flops <F>', 'multiply-adds of one image at most, such as 400M', quantityOption('flops'))
    .option('--params <P>', 'parameters at most, such as 1M', quantityOption('params'))
    .option('--activations <A>', 'activations at most, such as 2M', quantityOption('activations'))
    .option('--latency <TIME>', 'of one image on this machine at most, such as 5ms', latencyOption)
    .option(
      '--time <TIME>',
      'what all of it may take: 30m, 2h; decides how much is trained',
      timeOption('time'),
    )
    .option('--resolution <R>', 'pixels; chosen from the images when left out', whole('resolution', 8, 1024))
    .option('--space <NAME>', 'built-in space (see netspace space list)', 'regnetx-constrained')
    .option('--recipe <FILE|NAME>', 'instead of the one that is made for the images; epochs are those below')
    .option('--candidates <N>', 'networks to begin with (32)', whole('candidates', 3, 10_000))
    .option('--epochs <N>', 'of a candidate that is never stopped (9)', whole('epochs', 1, 10_000))
    .option('--final-epochs <N>', 'of each training of the finals (27)', whole('final-epochs', 1, 10_000));
  withSupervision(withStore(command))
    .option('--seed <S>', 'a whole number', numberOption('seed', { least: 0, whole: true }), 1)
    .option('--threads <N>', 'of each process', whole('threads', 1, 1024), 1)
    .option(
      '--workers <N>',
      'processes, as many as the cores have room for when left out',
      whole('workers', 1, 1024),
    )
    .option('-o, --output <FOLDER>', 'for plans, report and model (found-NAME)')
    .option('--dry-run', 'say what would be trained and how long that takes, and train nothing')
    .option('--json', 'print the result as JSON')
    .action(async (options: FindOptions) => finish(await find(options)));
}

async function find(options: FindOptions): Promise<number> {
  const request = requestOf(options);
  const workers = options.workers ?? workersFor(request);
  const rates = await ratesOf(request, workers);
  if (options.dryRun) {
    await showSearchPlan(request, { run: { workers, ...rates }, note: say }, options.json === true);
    return exitCodes.ok;
  }
  const interrupts = watchInterrupts();
  const store = await openStore(options);
  const display = showSweep(process.stderr);
  const folder = options.output ?? `found-${nameOf(options.data)}`;
  try {
    const run = {
      workers,
      ...rates,
      ...supervisionOf(options),
      checkpoints: checkpointFolder(store.location),
      onEvent: display.onEvent,
      drain: interrupts.drain,
      stop: interrupts.stop,
    };
    const hands: SearchHands = { store, run, note: noteTo(display), provenance: gatherProvenance() };
    // Loaded late: it brings all that reports are drawn with.
    const { describeFinding, search } = await import('@netspace/search/search');
    const finding = await search(request, folder, hands);
    display.close();
    if (!finding) return interrupted();
    if (options.json) printJson({ ...describeFinding(finding), folder: resolve(folder) });
    else printFinding(finding, folder);
    return exitCodes.ok;
  } finally {
    display.close();
    interrupts.release();
    await store.close();
  }
}

/** Lines above the moving part of the screen. */
function noteTo({ onEvent }: ReturnType<typeof showSweep>): (text: string) => void {
  return (text) => onEvent({ kind: 'note', text, at: Date.now() });
}

function interrupted(): number {
  say('interrupted; run the same command to go on');
  return exitCodes.interrupted;
}

function requestOf(options: FindOptions): SearchRequest {
  const { data, flops, params, activations, latency, time, resolution, space, recipe, seed, threads } =
    options;
  const { candidates, epochs, finalEpochs } = options;
  if (flops === undefined && params === undefined && activations === undefined)
    throw new UsageError('a budget is needed: give --flops, --params or --activations, such as --flops 400M');
  return {
    data,
    ...(resolution !== undefined && { resolution }),
    budget: defined({ flops, params, activations, latency }),
    space,
    ...(recipe !== undefined && { recipe: declarationOf(recipe) }),
    seed,
    threads,
    ...(time !== undefined && { time: time / 1000 }),
    effort: defined({ candidates, epochs, finalEpochs }),
  };
}

function declarationOf(reference: string): RecipeDeclaration {
  const recipe = readRecipe(reference, '--recipe');
  return { ...recipe, steps: [...recipe.steps] };
}

/** Without the keys that were not given. */
function defined<K extends string>(
  values: Readonly<Record<K, number | undefined>>,
): Partial<Record<K, number>> {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Partial<Record<K, number>>;
}

/** A time that is to be kept needs a measured machine; else one that was measured before will do. */
async function ratesOf({ threads, time }: SearchRequest, workers: number) {
  const machine = describeMachine(workers, threads);
  const known = findCalibration(machine);
  if (known) return { rates: known.rates };
  if (time === undefined) return {};
  say('measuring this machine with three tiny trainings; it is kept for the next time');
  return { rates: (await calibrate(machine)).rates };
}

function nameOf(data: string): string {
  const found = readReference(data);
  const name = found.kind === 'catalog' ? found.entry.name : basename(resolve(found.path));
  return name.replaceAll(/[^\w.-]/g, '-');
}

function quantityOption(option: string): (text: string) => number {
  return (text) => {
    const value = /^\s*[\d.]+\s*[kKMGT]?\s*$/.test(text) ? parseQuantity(text) : NaN;
    if (value > 0) return value;
    throw new UsageError(`--${option} ${text}: it must be a quantity above 0, such as 400M or 50k`);
  };
}

/** Seconds. */
function latencyOption(text: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)(us|ms|s)$/.exec(text) ?? [];
  const seconds = Number(amount) * ({ us: 1e-6, ms: 1e-3, s: 1 }[unit] ?? NaN);
  if (seconds > 0) return seconds;
  throw new UsageError(`--latency ${text}: it must be a time such as 5ms or 800us`);
}
