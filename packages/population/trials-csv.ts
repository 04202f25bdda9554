/**
 * Trials as a table: a row a trial, a column a value; the network, the curve and the provenance are JSON in a cell.
 * Keys of recipe and generator have columns of their own (`recipe.learningRate`). A table from elsewhere may describe
 * the network by lists instead: `depths` 1/1/4/7 and `widths`, `groupWidths`, `bottleneckRatios`, `strides`.
 */
import { formatNetwork } from '@netspace/network/interchange';
import { nearest } from '@netspace/network/suggestion';
import { type Cell, formatRow, parseRows, readText, readValue, type Row } from './csv.ts';
import { parseJson } from './json.ts';
import { PopulationError } from './population-error.ts';
import type { Trial } from './trial.ts';
import { readEach, type ReadOptions, toTrial } from './trial-record.ts';

const values = [
  'space',
  'status',
  'error',
  'bestError',
  'flops',
  'params',
  'activations',
  'seed',
  'reason',
] as const;
const documents = ['network', 'curve', 'stopped', 'evaluation', 'provenance'] as const;
const texts: readonly string[] = ['space', 'status', 'reason'];
/** Columns that describe a network by a list over its stages, and the stage's key that each gives. */
const lists: Readonly<Record<string, string>> = {
  depths: 'depth',
  widths: 'width',
  groupWidths: 'groupWidth',
  bottleneckRatios: 'bottleneckRatio',
  strides: 'stride',
};
const known: readonly string[] = [...values, ...documents, ...Object.keys(lists)];

/** The table of some trials. Texts that a spreadsheet would run as formulas are neutralised by an apostrophe, which reading takes away. */
export function formatTrialsCsv(trials: readonly Trial[]): string {
  const recipeKeys = [...new Set(trials.flatMap((trial) => Object.keys(trial.recipe ?? {})))];
  const generatorKeys = [...new Set(trials.flatMap((trial) => Object.keys(trial.generator ?? {})))];
  const header = [
    ...values,
    ...recipeKeys.map((key) => `recipe.${key}`),
    ...generatorKeys.map((key) => `generator.${key}`),
    ...documents,
  ];
  const rows = trials.map((trial): Cell[] => [
    ...values.map((key) => trial[key]),
    ...recipeKeys.map((key) => trial.recipe?.[key]),
    ...generatorKeys.map((key) => trial.generator?.[key]),
    formatNetwork(trial.network),
    trial.curve && JSON.stringify(trial.curve),
    trial.stopped && JSON.stringify(trial.stopped),
    trial.evaluation && JSON.stringify(trial.evaluation),
    trial.provenance && JSON.stringify(trial.provenance),
  ]);
  return [header, ...rows].map(formatRow).join('');
}

/** Reads a table of trials. Columns that netspace does not know are kept in `provenance`. */
export function parseTrialsCsv(text: string, source: string, options: ReadOptions = {}): Trial[] {
  const [header, ...rows] = parseRows(text, source);
  if (header === undefined || rows.length === 0)
    throw new PopulationError(
      `${source}: holds no trial; a line of column names and a line a trial are needed`,
    );
  const columns = readHeader(header, source);
  return readEach(rows, (row) => readRow(row, columns, source, options), options);
}

/** Any column of each group must be there. */
const needed = [['space'], ['network', 'widths'], ['error', 'status']] as const;

function readHeader({ line, cells }: Row, source: string): string[] {
  const columns = cells.map((cell) => readText(cell.trim()));
  const twice = columns.find((name, i) => columns.indexOf(name) !== i);
  if (twice !== undefined) throw new PopulationError(`${source}:${line}: there are two columns "${twice}"`);
  for (const group of needed) {
    if (group.some((name) => columns.includes(name))) continue;
    const meant = group
      .map((name) => nearest(name, columns.filter(isForeign)))
      .find((name) => name !== undefined);
    const advice =
      meant === undefined
        ? `there are ${columns.map((name) => `"${name}"`).join(', ')}`
        : `is it "${meant}"?`;
    throw new PopulationError(
      `${source}:${line}: no column ${group.map((name) => `"${name}"`).join(' or ')}; ${advice} (columns are separated by commas)`,
    );
  }
  return columns;
}

function readRow(
  { line, cells }: Row,
  columns: readonly string[],
  source: string,
  options: ReadOptions,
): Trial {
  const where = `${source}:${line}`;
  if (cells.length !== columns.length)
    throw new PopulationError(
      `${where}: has ${cells.length} cells for ${columns.length} columns; quote cells that hold commas`,
    );
  const filled = columns.map((name, i) => [name, cells[i] ?? ''] as const).filter(([, cell]) => cell !== '');
  const part = (belongs: (name: string) => boolean) => filled.filter(([name]) => belongs(name));
  const provenance = Object.fromEntries(part(isForeign).map(([name, cell]) => [name, readValue(cell)]));
  const stages = part((name) => Object.hasOwn(lists, name));
  const record: Record<string, unknown> = {
    ...(columns.includes('error') ? { error: null } : {}),
    ...(Object.keys(provenance).length > 0 ? { provenance } : {}),
    ...(stages.length > 0 ? { network: networkOf(stages, where) } : {}),
    ...Object.fromEntries(
      part(isValue).map(([name, cell]) => [name, texts.includes(name) ? readText(cell) : readValue(cell)]),
    ),
    ...Object.fromEntries(
      part(isDocument).map(([name, cell]) => [name, parseJson(cell, `${where}: column "${name}"`)]),
    ),
  };
  for (const group of ['recipe', 'generator']) {
    const entries = part((name) => name.startsWith(`${group}.`));
    if (entries.length > 0)
      record[group] = Object.fromEntries(
        entries.map(([name, cell]) => [name.slice(group.length + 1), readValue(cell)]),
      );
  }
  return toTrial(record, where, options);
}

function isValue(name: string): boolean {
  return (values as readonly string[]).includes(name);
}

function isDocument(name: string): boolean {
  return (documents as readonly string[]).includes(name);
}

function isForeign(name: string): boolean {
  return !known.includes(name) && !name.startsWith('recipe.') && !name.startsWith('generator.');
}

/** The network of lists over its stages: `depths` 1/2/3 with `widths` 16/32/64 are three stages. */
function networkOf(columns: readonly (readonly [string, string])[], where: string): unknown {
  const read = columns.map(([name, cell]) => [name, cell.split(/[/\s;]+/).map(Number)] as const);
  const stages = Math.max(...read.map(([, list]) => list.length));
  const wrong = read.find(
    ([, list]) => list.some(Number.isNaN) || (list.length !== stages && list.length !== 1),
  );
  if (wrong !== undefined)
    throw new PopulationError(
      `${where}: column "${wrong[0]}" must hold ${stages} numbers, as ${Array.from({ length: stages }, (_, i) => i + 1).join('/')}, or one for all stages`,
    );
  return {
    stages: Array.from({ length: stages }, (_, i) =>
      Object.fromEntries(read.map(([name, list]) => [lists[name], list[list.length === 1 ? 0 : i]])),
    ),
  };
}
