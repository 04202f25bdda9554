/**
 * What the columns of a table of trials mean: a row a trial, a column a value. Keys of recipe and generator have columns of their own
 * (`recipe.learningRate`); network, curve and what else has parts are documents. Columns that netspace does not know are kept in `provenance`.
 */
import { nearest, suggest } from '@netspace/network/suggestion';
import { applyRule, type ColumnRule } from './column-map.ts';
import { PopulationError } from './population-error.ts';
import { type Entry, generatorColumns, networkOf, networkValues, stageLists } from './stage-columns.ts';
import type { ReadOptions } from './trial-record.ts';

export const texts = ['space', 'status', 'reason'] as const;
export const numbers = ['error', 'bestError', 'flops', 'params', 'activations', 'seed'] as const;
export const documents = ['network', 'curve', 'stopped', 'evaluation', 'provenance'] as const;
/** Values that have columns of their own, behind the group's name and a dot. */
const groups = ['recipe', 'generator'] as const;

const own: readonly string[] = [
  ...texts,
  ...numbers,
  ...documents,
  ...Object.keys(stageLists),
  ...networkValues,
  ...generatorColumns,
];
const isOwn = (name: string): boolean => own.includes(name) || groupOf(name) !== undefined;

export interface TableColumn {
  /** Place in the row. */
  readonly index: number;
  /** What it is to netspace; its own name where that is unknown. */
  readonly target: string;
  /** Of unknown columns: they are kept in `provenance`. */
  readonly foreign: boolean;
  readonly rule?: ColumnRule;
}

/** How a value is written where all is text. */
export type ColumnKind = 'text' | 'document' | 'list' | 'value';

export function kindOf({ target, foreign }: TableColumn): ColumnKind {
  if (foreign) return 'value';
  if ((texts as readonly string[]).includes(target)) return 'text';
  if ((documents as readonly string[]).includes(target)) return 'document';
  return Object.hasOwn(stageLists, target) ? 'list' : 'value';
}

/** What each column is; `where` is the place of the names, for messages. */
export function layOut(names: readonly string[], where: string, options: ReadOptions): TableColumn[] {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new PopulationError(`${where}: there are two columns "${twice}"`);
  const rules = options.columns ?? [];
  for (const rule of rules) checkRule(rule, names, where);
  const mapped = rules.map((rule) => ({
    index: names.indexOf(rule.column),
    target: rule.target,
    foreign: false,
    rule,
  }));
  const taken = rules.map(({ target }) => target);
  const used = rules.map(({ column }) => column);
  const plain = [...names.entries()].flatMap(([index, target]): TableColumn[] => {
    const foreign = !isOwn(target) || taken.includes(target);
    return foreign && used.includes(target) ? [] : [{ index, target, foreign }];
  });
  const columns = [...plain, ...mapped];
  checkNeeded(columns, names, where, options);
  return columns;
}

function checkRule({ target, column }: ColumnRule, names: readonly string[], where: string): void {
  if (!isOwn(target))
    throw new PopulationError(
      `--map ${target}=${column}: "${target}" is no value of a trial${suggest(target, own)}`,
    );
  if (!names.includes(column))
    throw new PopulationError(
      `${where}: there is no column "${column}", which --map ${target}=${column} names${suggest(column, names)}`,
    );
}

/** One column, or all of one list, of each must be there. */
const needed: readonly (readonly (string | readonly string[])[])[] = [
  ['space'],
  ['network', 'widths', generatorColumns],
  ['error', 'status'],
];

function checkNeeded(
  columns: readonly TableColumn[],
  names: readonly string[],
  where: string,
  { space }: ReadOptions,
): void {
  const present = columns.filter(({ foreign }) => !foreign).map(({ target }) => target);
  if (space !== undefined) present.push('space');
  for (const choices of needed) {
    if (choices.some((choice) => [choice].flat().every((name) => present.includes(name)))) continue;
    const wanted = choices.filter((choice) => typeof choice === 'string');
    const foreign = columns.filter((column) => column.foreign).map(({ target }) => target);
    const meant = wanted
      .map((name) => [name, nearest(name, foreign)] as const)
      .find(([, name]) => name !== undefined);
    const advice =
      meant === undefined
        ? `there are ${names.map((name) => `"${name}"`).join(', ')}`
        : `is it "${meant[1]}"? then --map ${meant[0]}=${meant[1]}`;
    throw new PopulationError(
      `${where}: no column ${wanted.map((name) => `"${name}"`).join(' or ')}; ${advice} (say which column is what with --map${
        wanted.includes('space') ? ', or name the space with --space' : ''
      }; columns are separated by commas)`,
    );
  }
}

/** The trial's record that the values of a row make, as `toTrial` takes it. Undefined and null are missing. */
export function recordOf(
  columns: readonly TableColumn[],
  valueOf: (column: TableColumn) => unknown,
  where: string,
  { space }: ReadOptions,
): Record<string, unknown> {
  const record: Record<string, unknown> = { ...(space !== undefined && { space }) };
  const network: Entry[] = [];
  const foreign: Record<string, unknown> = {};
  for (const column of columns) {
    const { target, rule } = column;
    if (target === 'error' && !column.foreign) record['error'] = null;
    const cell = valueOf(column);
    if (cell === undefined || cell === null) continue;
    const value = rule === undefined ? cell : applyRule(rule, cell, where);
    const group = groupOf(target);
    if (column.foreign) foreign[target] = value;
    else if (group !== undefined)
      record[group] = {
        ...(record[group] as Record<string, unknown> | undefined),
        [target.slice(group.length + 1)]: value,
      };
    else if (!isPartOfNetwork(target)) record[target] = value;
    if (!column.foreign && (isPartOfNetwork(target) || group === 'generator')) network.push([target, value]);
  }
  if (record['network'] === undefined) record['network'] = networkOf(network, where);
  if (Object.keys(foreign).length > 0)
    record['provenance'] = {
      ...foreign,
      ...(record['provenance'] as Record<string, unknown> | undefined),
    };
  return record;
}

function groupOf(name: string): (typeof groups)[number] | undefined {
  return groups.find((group) => name.startsWith(`${group}.`));
}

function isPartOfNetwork(name: string): boolean {
  return Object.hasOwn(stageLists, name) || (networkValues as readonly string[]).includes(name);
}
