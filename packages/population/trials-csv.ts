/** Trials as a table of text: the columns of a trial's table, documents as JSON in a cell. */
import { formatNetwork } from '@netspace/network/interchange';
import { type Cell, formatRow, readText, readValue, type Row } from './csv.ts';
import { parseJson } from './json.ts';
import { PopulationError } from './population-error.ts';
import { gatherKeys, type TableKeys } from './table-keys.ts';
import type { Trial } from './trial.ts';
import { type ReadOptions, toTrial } from './trial-record.ts';
import { documents, kindOf, layOut, numbers, recordOf, type TableColumn, texts } from './trial-table.ts';

/** The table's lines. The trials are gone through twice: all keys must be known before the first row. */
export async function* writeCsv(trials: () => AsyncIterable<Trial>): AsyncGenerator<string> {
  const keys = await gatherKeys(trials());
  yield formatHeader(keys);
  for await (const trial of trials()) yield formatLine(trial, keys);
}

function formatHeader({ recipe, generator }: TableKeys): string {
  return formatRow([
    ...texts,
    ...numbers,
    ...recipe.map(({ name }) => `recipe.${name}`),
    ...generator.map(({ name }) => `generator.${name}`),
    ...documents,
  ]);
}

/** Texts that a spreadsheet would run as formulas are neutralised by an apostrophe, which reading takes away. */
function formatLine(trial: Trial, { recipe, generator }: TableKeys): string {
  const cells: Cell[] = [
    ...texts.map((key) => trial[key]),
    ...numbers.map((key) => trial[key]),
    ...recipe.map(({ name }) => trial.recipe?.[name]),
    ...generator.map(({ name }) => trial.generator?.[name]),
    formatNetwork(trial.network),
    ...(['curve', 'stopped', 'evaluation', 'provenance'] as const).map(
      (key) => trial[key] && JSON.stringify(trial[key]),
    ),
  ];
  return formatRow(cells);
}

export function readCsvHeader({ line, cells }: Row, source: string, options: ReadOptions): TableColumn[] {
  const names = cells.map((cell) => readText(cell.trim()));
  return layOut(names, `${source}:${line}`, options);
}

/** The trial of a row; `names` counts the cells that it must have. */
export function readCsvTrial(
  { line, cells }: Row,
  columns: readonly TableColumn[],
  names: number,
  source: string,
  options: ReadOptions,
): Trial {
  const where = `${source}:${line}`;
  if (cells.length !== names)
    throw new PopulationError(
      `${where}: has ${cells.length} cells for ${names} columns; quote cells that hold commas`,
    );
  const valueOf = (column: TableColumn) => readCell(cells[column.index] ?? '', column, where);
  return toTrial(recordOf(columns, valueOf, where, options), where, options);
}

function readCell(cell: string, column: TableColumn, where: string): unknown {
  if (cell === '') return undefined;
  switch (kindOf(column)) {
    case 'text':
      return readText(cell);
    case 'document':
      return parseJson(cell, `${where}: column "${column.rule?.column ?? column.target}"`);
    case 'list':
      return cell;
    case 'value':
      return readValue(cell);
  }
}
