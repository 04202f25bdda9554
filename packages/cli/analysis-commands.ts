/** Commands that say what a population tells: analyze, report. */
import { analyseMeasurements } from '@netspace/analysis/analysis';
import { measureTrials } from '@netspace/analysis/measurement';
import { studySpaces, withStudy } from '@netspace/analysis/study';
import type { Space } from '@netspace/space/space';
import type { Command } from 'commander';
import { printAnalysis } from './analysis-text.ts';
import { writeWhole } from './file-output.ts';
import { inputShapeOf } from './network-commands.ts';
import { printJson, printLine } from './output.ts';
import { spaceOf } from './known-space.ts';
import { type PopulationOptions, withPopulation } from './population-file.ts';
import { joinProvenance, readPopulation, type Source } from './population-source.ts';
import { gatherProvenance } from './provenance.ts';
import { refreshIndex } from './reports-command.ts';
import { withStore, type StoreOptions } from './store-file.ts';

export function addAnalysisCommands(program: Command): void {
  withStore(withPopulation(program.command('analyze <source>')))
    .description('EDFs and bootstrap of a population: a sweep of the store, or a file of trials')
    .option('--json', 'print JSON')
    .action(async (reference: string, options: StoreOptions & PopulationOptions & { json?: true }) => {
      const { trials, input } = await readPopulation(reference, options);
      const measurements = measureTrials(trials, input ?? inputShapeOf(options));
      const analysis = withStudy(analyseMeasurements(measurements), studySpaces(measurements.measured));
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
  // Loaded by this command alone; what takes longest to load does so in its own thread while the trials are read.
  const { startDrawing } = await import('@netspace/report/drawing-thread');
  startDrawing();
  const { makeReport } = await import('@netspace/report/report');
  const sources: Source[] = [];
  for (const reference of references) sources.push(await readPopulation(reference, options));
  const [first] = sources;
  const made = gatherProvenance();
  const html = await makeReport({
    title: options.title ?? sources.map(({ name }) => name).join(', '),
    ...(first?.subtitle !== undefined && { subtitle: first.subtitle }),
    trials: sources.flatMap(({ trials }) => trials),
    spaces: Object.assign({}, ...sources.map(spacesOf)) as Record<string, Space>,
    input: first?.input ?? inputShapeOf(options),
    ...(made['report made'] !== undefined && { made: made['report made'] }),
    provenance: { ...joinProvenance(sources), ...made },
  });
  const file = await writeWhole(options.output, html);
  await refreshIndex(file);
  printLine(file);
}

/** As far as they are known. */
function spacesOf({ trials, spaces }: Source): Record<string, Space> {
  const names = [...new Set(trials.map(({ space }) => space))];
  return Object.fromEntries(
    names.flatMap((name) => {
      const space = spaceOf(name, undefined, spaces);
      return space === undefined ? [] : [[name, space]];
    }),
  );
}
