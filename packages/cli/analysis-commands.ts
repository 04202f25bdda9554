/** Commands that say what a population tells: analyze, report. */
import { analyse, type Analysis } from '@netspace/analysis/analysis';
import { tellingParameters } from '@netspace/analysis/group';
import type { Command } from 'commander';
import { writeWhole } from './file-output.ts';
import { inputShapeOf } from './network-commands.ts';
import { printJson, printLine, printTable } from './output.ts';
import { type PopulationOptions, withPopulation } from './population-file.ts';
import { readPopulation, type Source } from './population-source.ts';
import { gatherProvenance } from './provenance.ts';
import { withStore, type StoreOptions } from './store-file.ts';

export function addAnalysisCommands(program: Command): void {
  withStore(withPopulation(program.command('analyze <source>')))
    .description('EDFs and bootstrap of a population: a sweep of the store, or a file of trials')
    .option('--json', 'print JSON')
    .action(async (reference: string, options: StoreOptions & PopulationOptions & { json?: true }) => {
      const { trials, input } = await readPopulation(reference, options);
      const analysis = analyse(trials, { input: input ?? inputShapeOf(options) });
      if (options.json) printJson(analysis);
      else printAnalysis(analysis);
    });

  withStore(withPopulation(program.command('report <source...>')))
    .description('one self-contained HTML page about one or more populations')
    .requiredOption('-o, --output <FILE.html>', 'where to write it')
    .option('--title <T>', 'its heading')
    .action(
      (
        references: string[],
        options: StoreOptions & PopulationOptions & { output: string; title?: string },
      ) => writeReport(references, options),
    );
}

async function writeReport(
  references: readonly string[],
  options: StoreOptions & PopulationOptions & { output: string; title?: string },
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
  printLine(await writeWhole(options.output, html));
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
