/** The commands that draw one figure for a paper: plot edf, bootstrap, widths, trend, curves, normalized, expected-best, pairs. */
import { groupsOf } from '@netspace/analysis/group';
import { measureTrials } from '@netspace/analysis/measurement';
import { complexityMeasures } from '@netspace/analysis/normalization';
import { suggest } from '@netspace/network/suggestion';
import { Option, type Command } from 'commander';
import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { UsageError } from './errors.ts';
import { writeWhole } from './file-output.ts';
import { numberOption } from './input.ts';
import { inputShapeOf } from './network-commands.ts';
import { printLine } from './output.ts';
import { plots, type PlotWords, type Population } from './plot-figures.ts';
import { type PopulationOptions, withPopulation } from './population-file.ts';
import { partsOf, readPopulation } from './population-source.ts';
import { withStore, type StoreOptions } from './store-file.ts';

interface PlotOptions extends StoreOptions, PopulationOptions, PlotWords {
  readonly output: string;
  readonly width: number;
  readonly height: number;
  readonly fontSize: number;
  readonly dpi: number;
  readonly legend: boolean;
}

export function addPlotCommands(program: Command): void {
  const plot = program.command('plot').description('one figure for a paper, as SVG or PNG');
  for (const [kind, { about, takes }] of Object.entries(plots)) {
    const command = withStore(withPopulation(plot.command(`${kind} <source>`)))
      .description(`${about}; SOURCE#SPACE or --space is one space of a source`)
      .requiredOption('-o, --output <FILE>', '.svg, its text as outlines, or .png')
      .option('--width <INCHES>', 'of the picture', numberOption('width', { least: 0.5, most: 40 }), 3.25)
      .option('--height <INCHES>', 'of the picture', numberOption('height', { least: 0.5, most: 40 }), 2.5)
      .option('--font-size <POINTS>', 'of its letters', numberOption('font-size', { least: 3, most: 40 }), 8)
      .option('--dpi <N>', 'pixels an inch of a PNG', numberOption('dpi', { least: 30, most: 1200 }), 300)
      .option('--no-legend', 'leaves the legend out')
      .action((reference: string, given: PlotOptions) => draw(kind, reference, given));
    addOwnOptions(command, takes);
  }
}

function addOwnOptions(command: Command, takes: readonly string[]): void {
  if (takes.includes('parameter'))
    command.requiredOption('--parameter <NAMES>', 'such as depth, or flops,depth where two are needed');
  if (takes.includes('measure'))
    command.addOption(
      new Option('--measure <M>', 'of complexity').choices([...complexityMeasures]).default('flops'),
    );
  if (takes.includes('networks'))
    command
      .option('--networks <N>', 'how many', numberOption('networks', { least: 1, whole: true }), 20)
      .option('--worst', 'those of greatest error instead');
}

async function draw(kind: string, reference: string, options: PlotOptions): Promise<void> {
  const plot = plots[kind];
  const form = extname(options.output).toLowerCase();
  if (plot === undefined || (form !== '.svg' && form !== '.png'))
    throw new UsageError(`-o ${options.output}: the name of a figure ends in .svg or .png`);
  const population = await readFigurePopulation(reference, options);
  // Loaded late: the drawing of charts takes half a second to load.
  const { chartSizeOf, drawOnPaper, rasterize } = await import('@netspace/report/paper-picture');
  const size = { ...chartSizeOf(options), legend: options.legend && population.groups.length > 0 };
  const chart = plot.chart(population, size, options);
  const names = population.groups.map(({ name }) => name).join(', ');
  const svg = await drawOnPaper(chart, options, `${plot.about}: ${names}`);
  const contents = form === '.svg' ? svg : await rasterize(svg, Math.round(options.width * options.dpi));
  printLine(await writeWhole(options.output, contents));
}

async function readFigurePopulation(reference: string, options: PlotOptions): Promise<Population> {
  const { source, space = options.space } = partsOf(reference);
  const { space: _space, ...ofSweeps } = options;
  // Of a file, --space names what its trials do not name themselves; of a sweep it only chooses.
  const { trials, input } = await readPopulation(
    source,
    source === '-' || existsSync(source) ? options : ofSweeps,
  );
  const all = measureTrials(trials, input ?? inputShapeOf(options));
  const names = [...new Set(all.measured.map((member) => member.space))];
  if (names.length === 0) throw new UsageError(`${source}: no network has a result yet; run the sweep first`);
  if (space !== undefined && !names.includes(space))
    throw new UsageError(
      `${reference}: there is no space ${space} with results, but ${names.join(', ')}${suggest(space, names)}`,
    );
  const measured = all.measured.filter((member) => space === undefined || member.space === space);
  return { measured, groups: groupsOf(measured, []) };
}
