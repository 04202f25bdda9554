/** The command that says which of two or more populations is better: compare. */
import { failuresOf, type Failure } from '@netspace/analysis/group';
import { measureTrials, type Measurements, type MissingTrial } from '@netspace/analysis/measurement';
import { counted } from '@netspace/analysis/wording';
import { comparePairwise, type PairComparison } from '@netspace/analysis/pairwise';
import { suggest } from '@netspace/network/suggestion';
import type { Command } from 'commander';
import { UsageError } from './errors.ts';
import { numberOption } from './input.ts';
import { inputShapeOf } from './network-commands.ts';
import { printJson, printLine, printTable } from './output.ts';
import { type PopulationOptions, withPopulation } from './population-file.ts';
import { partsOf, readPopulation } from './population-source.ts';
import { withStore, type StoreOptions } from './store-file.ts';

interface CompareOptions extends StoreOptions, PopulationOptions {
  readonly draws?: number;
  readonly seed: number;
  readonly json?: true;
}

/** What is compared: all networks of a source that have a result, or those of one of its spaces. */
interface Population {
  readonly name: string;
  readonly completed: readonly number[];
  readonly failed: number;
  readonly failures: readonly Failure[];
  /** Networks that were not trained to their last epoch; they count with the error that they had come to. */
  readonly stopped: number;
  /** Trials without a result; they count nowhere. */
  readonly missing: number;
  readonly missingTrials: readonly MissingTrial[];
}

export function addCompareCommand(program: Command): void {
  withStore(withPopulation(program.command('compare <source...>')))
    .description(
      'which population is better, by how much, how sure that is; SOURCE#SPACE is one space of a source',
    )
    .option(
      '--draws <M>',
      'networks drawn of each for the expected best (default: half of the smaller population)',
      numberOption('draws', { least: 1, whole: true }),
    )
    .option('--seed <N>', 'of the bootstrap', numberOption('seed', { whole: true }), 1)
    .option('--json', 'print JSON')
    .action((references: string[], options: CompareOptions) => compare(references, options));
}

async function compare(references: readonly string[], options: CompareOptions): Promise<void> {
  const read: Population[][] = [];
  for (const reference of references) read.push(await readPopulations(reference, options, references.length));
  const populations = distinct(read.flat(), references);
  checkSizes(populations, options.draws);
  const pairs = comparePairwise(populations, {
    seed: options.seed,
    ...(options.draws !== undefined && { draws: options.draws }),
  });
  const described = populations.map(({ completed, ...rest }) => ({
    ...rest,
    n: completed.length + rest.failed,
  }));
  if (options.json) printJson({ ...(pairs.length === 1 ? pairs[0] : { pairs }), populations: described });
  else printComparison(pairs, populations);
}

/** A source that stands alone is taken apart into its spaces. */
async function readPopulations(
  reference: string,
  options: CompareOptions,
  sources: number,
): Promise<Population[]> {
  const { source, space } = partsOf(reference);
  const { name, trials, input } = await readPopulation(source, options);
  const measurements = measureTrials(trials, input ?? inputShapeOf(options));
  const spaces = [...new Set(trials.map((trial) => trial.space))];
  if (space !== undefined && !spaces.includes(space))
    throw new UsageError(
      `${reference}: ${source} has no space ${space}, but ${spaces.join(', ')}${suggest(space, spaces)}`,
    );
  if (space !== undefined) return [populationOf(space, measurements, [space])];
  if (sources === 1) return spaces.map((own) => populationOf(own, measurements, [own]));
  const [only = name] = spaces;
  return [populationOf(spaces.length === 1 ? only : name, measurements, spaces)];
}

function populationOf(name: string, all: Measurements, spaces: readonly string[]): Population {
  const members = all.measured.filter(({ space }) => spaces.includes(space));
  const failures = failuresOf(members);
  const missing = all.missing.filter(({ space }) => spaces.includes(space));
  return {
    name,
    completed: members.filter(({ status }) => status === 'completed').map(({ error }) => error),
    failed: failures.length,
    failures,
    stopped: members.filter(({ stopped }) => stopped !== undefined).length,
    missing: missing.length,
    missingTrials: missing,
  };
}

/** Populations of one name, such as a space trained in two sweeps, are called by their references. */
function distinct(populations: readonly Population[], references: readonly string[]): Population[] {
  if (populations.length < 2)
    throw new UsageError(
      `compare ${references.join(' ')}: that is one population; name a second one, or SOURCE#SPACE for a space of a source`,
    );
  const names = populations.map(({ name }) => name);
  const clash = new Set(names).size < names.length;
  if (clash && new Set(references).size < references.length)
    throw new UsageError(
      `compare ${references.join(' ')}: a population stands there twice; compare different ones`,
    );
  return populations.map((population, i) =>
    clash ? { ...population, name: references[i] ?? population.name } : population,
  );
}

function checkSizes(populations: readonly Population[], draws: number | undefined): void {
  for (const { name, completed, failed } of populations) {
    const n = completed.length + failed;
    if (n === 0) throw new UsageError(`${name}: no network has a result yet; run the sweep first`);
    if (draws !== undefined && draws > n)
      throw new UsageError(`--draws ${draws}: ${name} has ${n} networks with a result; draw at most as many`);
  }
}

function printComparison(pairs: readonly PairComparison[], populations: readonly Population[]): void {
  for (const { sentence } of pairs) printLine(sentence);
  for (const pair of pairs) {
    printLine(`\n${pair.a} less ${pair.b}, in percentage points of error`);
    printTable(
      ['', 'difference', '95 % low', 'high'],
      [
        ['mean', ...points(pair.meanDifference)],
        ['median', ...points(pair.medianDifference)],
        [`expected best of ${pair.minDifference.draws}`, ...points(pair.minDifference)],
      ],
    );
    const { estimate, low, high } = pair.superiority;
    printLine(
      `a network of ${pair.a} is better than one of ${pair.b} in ${percent(estimate)} of all pairs (${percent(low)} to ${percent(high)})`,
    );
  }
  for (const { name, failures, stopped, missingTrials } of populations) {
    for (const failure of failures)
      printLine(`${failure.name} of ${name} ${failure.status}${failure.reason ? `: ${failure.reason}` : ''}`);
    if (stopped > 0)
      printLine(
        `${name}: ${counted(stopped, 'network')} stopped early, at errors that whole trainings would have lowered: its mean and its distribution are biased upwards`,
      );
    if (missingTrials.length > 0)
      printLine(`${name}: without a result and left out: ${missingWords(missingTrials)}`);
  }
}

/** The first few by name. */
function missingWords(missing: readonly MissingTrial[]): string {
  const named = missing.slice(0, 8).map(({ name, status }) => `${name} (${status})`);
  const more = missing.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function points(interval: { estimate: number; low: number; high: number }): string[] {
  return [interval.estimate, interval.low, interval.high].map((value) => (100 * value).toFixed(2));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
