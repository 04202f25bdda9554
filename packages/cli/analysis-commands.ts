/** Commands that say what a population tells: analyze, report. */
import { analyse, type Analysis } from '@netspace/analysis/analysis';
import { tellingParameters } from '@netspace/analysis/group';
import type { InputShape } from '@netspace/network/network';
import { describeDataset } from '@netspace/data/load';
import { readSweepPlan } from '@netspace/sweep/plan-hash';
import { parsePopulation } from '@netspace/population/source';
import type { Trial } from '@netspace/population/trial';
import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UsageError } from './errors.ts';
import { readOrigin } from './import-origin.ts';
import { readSource } from './input.ts';
import { inputShapeOf, withInput, type InputOptions } from './network-commands.ts';
import { printJson, printLine, printTable } from './output.ts';
import { gatherProvenance } from './provenance.ts';
import { openStore, storeLocation, withStore, type StoreOptions } from './store-file.ts';

/** A population and what is known of where it came from. */
interface Source {
  readonly name: string;
  readonly trials: readonly Trial[];
  readonly input?: InputShape;
  readonly subtitle?: string;
  readonly provenance: Readonly<Record<string, string>>;
}

export function addAnalysisCommands(program: Command): void {
  withStore(withInput(program.command('analyze <source>')))
    .description('EDFs and bootstrap of a population: a sweep of the store, or a file of trials')
    .option('--json', 'print JSON')
    .action(async (reference: string, options: StoreOptions & InputOptions & { json?: true }) => {
      const { trials, input } = await readPopulation(reference, options);
      const analysis = analyse(trials, { input: input ?? inputShapeOf(options) });
      if (options.json) printJson(analysis);
      else printAnalysis(analysis);
    });

  withStore(withInput(program.command('report <source...>')))
    .description('one self-contained HTML page about one or more populations')
    .requiredOption('-o, --output <FILE.html>', 'where to write it')
    .option('--title <T>', 'its heading')
    .action(
      (references: string[], options: StoreOptions & InputOptions & { output: string; title?: string }) =>
        writeReport(references, options),
    );
}

async function writeReport(
  references: readonly string[],
  options: StoreOptions & InputOptions & { output: string; title?: string },
): Promise<void> {
  const sources: Source[] = [];
  for (const reference of references) sources.push(await readPopulation(reference, options));
  const [first] = sources;
  // Loaded late: the drawing of charts takes half a second to load, and no other command needs it.
  const { makeReport } = await import('@netspace/report/report');
  const html = await makeReport({
    title: options.title ?? sources.map(({ name }) => name).join(', '),
    ...(first?.subtitle !== undefined && { subtitle: first.subtitle }),
    trials: sources.flatMap(({ trials }) => trials),
    input: first?.input ?? inputShapeOf(options),
    provenance: Object.assign(
      {},
      ...sources.map(({ provenance }) => provenance),
      gatherProvenance(),
    ) as Record<string, string>,
  });
  const file = resolve(options.output);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.tmp`, html);
  await rename(`${file}.tmp`, file);
  printLine(file);
}

/** SOURCE: a file of trials, or a sweep in the store. */
async function readPopulation(reference: string, options: StoreOptions & InputOptions): Promise<Source> {
  if (reference === '-' || existsSync(reference)) {
    const { text, source } = readSource(reference);
    const trials = parsePopulation(text, source, { input: inputShapeOf(options) });
    return { name: source, trials, provenance: { population: source } };
  }
  if (!existsSync(storeLocation(options)))
    throw new UsageError(
      `${reference}: there is no such file, and no store ${storeLocation(options)} to look for a sweep of that name`,
    );
  const store = await openStore(options);
  try {
    const sweep = await store.findSweep(reference);
    const trials: Trial[] = [];
    for await (const trial of store.population(sweep.id)) trials.push(trial);
    const origin = readOrigin(sweep.plan);
    if (origin !== undefined)
      return {
        name: sweep.name,
        trials,
        input: origin.input,
        provenance: { population: origin.file, 'SHA-256': origin.sha256 },
      };
    const { data, recipe, recipeDimensions, threads } = readSweepPlan(sweep.plan);
    const epochs = recipeDimensions?.['epochs'] ? 'drawn numbers of' : recipe.epochs;
    // A sweep can be looked at where its images are not.
    const dataset = await describeDataset(data.name).catch(() => undefined);
    return {
      name: sweep.name,
      trials,
      ...(dataset && {
        input: {
          resolution: dataset.resolution,
          channels: dataset.channels,
          classes: dataset.classes.length,
        },
      }),
      subtitle: `${data.name}, ${epochs} epochs, ${trials.length} networks`,
      provenance: {
        sweep: `${sweep.name} (#${sweep.id})`,
        'plan hash': sweep.planHash,
        'data set': data.name,
        'threads a worker': String(threads),
      },
    };
  } finally {
    await store.close();
  }
}

function printAnalysis({ groups, finding, notes }: Analysis): void {
  printLine(finding);
  printTable(
    ['space', 'n', 'failed', 'stopped', 'min', 'mean', 'median'],
    groups.map(({ name, n, failed, stopped, min, mean, median }) => [
      name,
      n,
      failed,
      stopped,
      percent(min),
      percent(mean),
      percent(median),
    ]),
  );
  const telling = tellingParameters(groups);
  for (const { name, parameters } of groups) {
    printLine(`\nparameters of the best of a quarter of ${name}: 95 % range and median`);
    const rows = telling.flatMap((parameter) => {
      const range = parameters[parameter];
      return range === undefined ? [] : [[parameter, ...[range.low, range.median, range.high].map(rounded)]];
    });
    printTable(['parameter', 'low', 'median', 'high'], rows);
  }
  for (const note of notes) printLine(note);
}

/** Four digits; whole numbers whole. */
function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}

function percent(error: number): string {
  return `${(error * 100).toFixed(2)} %`;
}
