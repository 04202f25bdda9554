/** Filters and orders of trials as conditions of a query. */
import { suggest } from '@netspace/network/suggestion';
import { expressionBuilder, sql, type Expression, type SqlBool } from 'kysely';
import { markedWhere } from './column-memory.ts';
import type { Engine } from './engine.ts';
import type { KnownColumn, TrialColumn, Value, ValueKind } from './known-column.ts';
import { FilterError } from './filter-error.ts';
import { parseFilter, type Comparison, type Filter } from './filter.ts';
import type { Tables } from './tables.ts';
import { builtInColumn, columnNames, keyColumn } from './trial-columns.ts';

type Condition = Expression<SqlBool>;

/** Where errors say that a name stands. */
interface Name {
  readonly name: string;
  readonly where: string;
}

/** A column with its values, where they are known. */
export interface FoundColumn extends TrialColumn {
  readonly known?: KnownColumn;
}

type Columns = ReadonlyMap<string, FoundColumn>;

const trials = expressionBuilder<Tables, 'trials'>();

/** A filter whose names are found, and whose values are such as may be compared with them. */
export interface FoundFilter {
  readonly filter: Filter;
  readonly columns: Columns;
}

export async function findFilter(engine: Engine, sweepId: number, text: string): Promise<FoundFilter> {
  const filter = parseFilter(text);
  const columns = new Map<string, FoundColumn>();
  const comparisons = comparisonsOf(filter);
  for (const { column, at } of comparisons)
    if (!columns.has(column))
      columns.set(
        column,
        await findColumn(engine, sweepId, { name: column, where: `filter, position ${at}` }),
      );
  for (const comparison of comparisons) checkComparison(comparison, columnOf(columns, comparison));
  return { filter, columns };
}

/** A condition that is true or false, never null, so that "not" means what it says. */
export function filterCondition(engine: Engine, { filter, columns }: FoundFilter): Condition {
  return compile(engine, columns, filter);
}

/** Whether a filter is true of the trial at a place; undefined where values of a column are not known. */
export function placeTest({ filter, columns }: FoundFilter): ((place: number) => boolean) | undefined {
  return [...columns.values()].every(({ known }) => known) ? decide(columns, filter) : undefined;
}

export interface Order {
  readonly column: FoundColumn;
  readonly descending: boolean;
}

/** `error,-flops`: by the first, equal ones by the next; a minus begins with the greatest. */
export async function readOrder(engine: Engine, sweepId: number, text: string): Promise<readonly Order[]> {
  const orders: Order[] = [];
  for (const written of text.split(',')) {
    const [, sign, name = ''] = /^\s*([+-]?)\s*([\w.-]*)\s*$/.exec(written) ?? [];
    const column = await findColumn(engine, sweepId, { name, where: `sort by ${text}` });
    if (column.list) throw new FilterError(`sort by ${text}: ${name} has several values, and so no order`);
    orders.push({ column, descending: sign === '-' });
  }
  return orders;
}

function comparisonsOf(filter: Filter): readonly Comparison[] {
  if ('all' in filter) return filter.all.flatMap(comparisonsOf);
  if ('any' in filter) return filter.any.flatMap(comparisonsOf);
  return 'not' in filter ? comparisonsOf(filter.not) : [filter];
}

export async function findColumn(engine: Engine, sweepId: number, named: Name): Promise<FoundColumn> {
  const { name } = named;
  const column = builtInColumn(engine, name) ?? (await findKey(engine, sweepId, named));
  if (!column.kept || !engine.memory) return column;
  const isThere = engine.memory.has(sweepId, name);
  const reading = engine.memory.column(sweepId, name, column);
  if (isThere || !column.isPlain) return { ...column, known: await reading };
  // Whatever stops it stops the query as well, or the next one.
  reading.catch(() => {});
  return column;
}

async function findKey(engine: Engine, sweepId: number, { name, where }: Name): Promise<TrialColumn> {
  const [, only, key = name] = /^(recipe|generator)\.(.+)$/.exec(name) ?? [];
  for (const of of ['recipe', 'generator'] as const) {
    if (only !== undefined && only !== of) continue;
    if (!/^[\w-]+$/.test(key)) break;
    const column = keyColumn(engine, of, key);
    if (await isUsed(engine, sweepId, column)) return column;
  }
  const known = [...columnNames, ...(await listKeys(engine, sweepId))];
  throw new FilterError(`${where}: there is no column "${name}"${suggest(name, known)}`);
}

async function isUsed(engine: Engine, sweepId: number, column: TrialColumn): Promise<boolean> {
  const row = await engine.db
    .selectFrom('trials')
    .select('id')
    .where('sweepId', '=', sweepId)
    .where(trials.not(isMissing(column)))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Of the first trials, for an error to name. */
async function listKeys(engine: Engine, sweepId: number): Promise<readonly string[]> {
  const rows = await engine.db
    .selectFrom('trials')
    .select(['recipe', 'generator'])
    .where('sweepId', '=', sweepId)
    .orderBy('position')
    .limit(100)
    .execute();
  const keys = rows.flatMap(({ recipe, generator }) =>
    [recipe, generator ?? '{}'].flatMap((text) => Object.keys((JSON.parse(text) as object | null) ?? {})),
  );
  return [...new Set(keys)];
}

function compile(engine: Engine, columns: Columns, filter: Filter): Condition {
  const known = comparisonsOf(filter).map((each) => columnOf(columns, each).known);
  // Decided here as far as it can be: one mark a trial, however much is compared.
  if (known.every((each) => each !== undefined)) {
    const holds = decide(columns, filter);
    const places = [...Array(Math.max(...known.map(({ values }) => values.length))).keys()];
    return markedWhere(engine, places.filter(holds));
  }
  if ('all' in filter) return trials.and(filter.all.map((each) => compile(engine, columns, each)));
  if ('any' in filter) return trials.or(filter.any.map((each) => compile(engine, columns, each)));
  if ('not' in filter) return trials.not(trials.parens(compile(engine, columns, filter.not)));
  const column = columnOf(columns, filter);
  if (filter.operator !== '!=') return compare(engine, column, filter);
  return trials.not(trials.parens(compare(engine, column, { ...filter, operator: '=' })));
}

function columnOf(columns: Columns, { column: name }: Comparison): FoundColumn {
  const column = columns.get(name);
  if (!column) throw new Error(`no column ${name}`);
  return column;
}

/** Of columns whose values are known: whether a filter is true of the trial at a place. */
function decide(columns: Columns, filter: Filter): (place: number) => boolean {
  if ('all' in filter) {
    const all = filter.all.map((each) => decide(columns, each));
    return (place) => all.every((holds) => holds(place));
  }
  if ('any' in filter) {
    const any = filter.any.map((each) => decide(columns, each));
    return (place) => any.some((holds) => holds(place));
  }
  if ('not' in filter) {
    const holds = decide(columns, filter.not);
    return (place) => !holds(place);
  }
  const { values = [] } = columnOf(columns, filter).known ?? {};
  const test = testOf(filter);
  return (place) => test(values[place] ?? null);
}

const comparers = {
  '<': (a: Value, b: Value) => Number(a) < Number(b),
  '<=': (a: Value, b: Value) => Number(a) <= Number(b),
  '>=': (a: Value, b: Value) => Number(a) >= Number(b),
  '>': (a: Value, b: Value) => Number(a) > Number(b),
  '=': (a: Value, b: Value) => a === b,
  '~': (a: Value, b: Value) => lower(String(a)).includes(lower(String(b))),
} as const;

/** As `compare` has it done by the database. */
function testOf({ operator, value: { value: wanted } }: Comparison): (value: Value) => boolean {
  if (operator === '!=') return (value) => value !== wanted;
  const holds = comparers[operator];
  // Values of different kinds are neither equal nor more nor less.
  return (value) => (typeof value === typeof wanted || wanted === null) && holds(value, wanted);
}

/** The letters A to Z alone, as the databases do. */
function lower(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function checkComparison(comparison: Comparison, column: TrialColumn): void {
  const { operator, value } = comparison;
  const isEqual = operator === '=' || operator === '!=';
  if (value.value === null) {
    if (!isEqual) throw wrongValue(comparison, 'none is compared by = and != alone');
    return;
  }
  if (operator === '~' && typeof value.value !== 'string')
    throw wrongValue(comparison, `${operator} looks for a text, in quotes`);
  if (column.list) {
    if (typeof value.value === 'string' && (isEqual || operator === '~')) return;
    throw wrongValue(comparison, `${comparison.column} is compared by = != ~ and in, with a text`);
  }
  const kind = kindOf(value.value);
  if (!column.values[kind]) throw wrongValue(comparison, wrongKind(comparison, column));
  checkOperator(comparison, kind);
  checkAllowed(comparison, column);
}

function compare(engine: Engine, column: TrialColumn, comparison: Comparison): Condition {
  const { operator } = comparison;
  const { value } = comparison.value;
  if (value === null) return isMissing(column);
  if (column.list) return compareElements(engine, column.list, operator, String(value));
  const expression = column.values[kindOf(value)];
  if (!expression) throw new Error(`no ${kindOf(value)} in ${comparison.column}`);
  if (operator === '~') return neverNull(engine.expressions.holds(expression, String(value)));
  return neverNull(sql<SqlBool>`${expression} ${sql.raw(operator)} ${bind(value)}`);
}

/** Of several values, one is enough. */
function compareElements(
  engine: Engine,
  list: Expression<unknown>,
  operator: Comparison['operator'],
  text: string,
): Condition {
  return operator === '='
    ? engine.expressions.hasElement(list, text)
    : engine.expressions.someElementHolds(list, text);
}

/** Nothing is null: what is missing makes it false. */
function neverNull(condition: Condition): Condition {
  return sql<SqlBool>`coalesce(${condition}, false)`;
}

function isMissing({ values, list }: TrialColumn): Condition {
  if (list) return sql<SqlBool>`coalesce(${list}, '[]') = '[]'`;
  return trials.parens(trials.and(Object.values(values).map((value) => sql<SqlBool>`${value} is null`)));
}

/** A whole number would be taken for one column's type, and half a block be refused. */
function bind(value: number | string | boolean): Expression<unknown> {
  return typeof value === 'number'
    ? sql`cast(${value} as double precision)`
    : typeof value === 'boolean'
      ? sql.lit(value)
      : sql`${value}`;
}

function kindOf(value: number | string | boolean): ValueKind {
  return typeof value === 'string' ? 'text' : (typeof value as 'number' | 'boolean');
}

function checkOperator(comparison: Comparison, kind: ValueKind): void {
  const { operator, column } = comparison;
  if (kind === 'number' || operator === '=' || operator === '!=' || (operator === '~' && kind === 'text'))
    return;
  const allowed = kind === 'text' ? '= != ~ and in' : '= and !=';
  throw wrongValue(comparison, `${operator} compares numbers; for ${column} there are ${allowed}`);
}

function checkAllowed(comparison: Comparison, { allowed }: TrialColumn): void {
  const { value } = comparison.value;
  if (!allowed || comparison.operator === '~' || typeof value !== 'string' || allowed.includes(value)) return;
  throw wrongValue(comparison, `${comparison.column} is never "${value}"${suggest(value, allowed)}`);
}

function wrongKind({ column, value }: Comparison, { values }: TrialColumn): string {
  return values.number
    ? `${column} is a number, and "${value.value}" is none; write it like ${column} > 12 or ${column} <= 400M`
    : `${column} is a text, and ${value.value} is none; write it like ${column} = "…"`;
}

function wrongValue({ value }: Comparison, sentence: string): FilterError {
  return new FilterError(`filter, position ${value.at}: ${sentence}`);
}
