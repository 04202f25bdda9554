/**
 * Columns of trials that are read once and kept, for a process that answers many questions about the same trials: what stands in a network, a recipe
 * or a curve is slow to read fifty thousand times for each of them.
 *
 * All trials of a sweep are added in one transaction, and their networks and recipes never change. What a training leaves stays while the trial
 * stays planned, or ended, with the same number of attempts; whatever is in another state than it was is read anew, before each question.
 */
import { expressionBuilder, sql } from 'kysely';
import { setImmediate as turn } from 'node:timers/promises';
import type { Engine } from './engine.ts';
import type { Tables } from './tables.ts';
import type { TrialColumn } from './trial-columns.ts';
import { readVersion } from './watch-queries.ts';

/** null: none. */
export type Value = number | string | boolean | null;

export interface KnownColumn {
  /** By place in the plan. */
  readonly values: readonly Value[];
  /** By place, numbers that sort as the values do: those without one last in both directions, and numbers before texts before true and false. */
  ranks(descending: boolean): Int32Array;
}

export interface ColumnMemory {
  column(engine: Engine, sweepId: number, name: string, column: TrialColumn): Promise<KnownColumn>;
}

/** Values that are kept of all columns together: some 50 MB at most. */
const mostValues = 2_000_000;
/** Rows that are read at a time: SQLite lets nothing else run meanwhile. */
const pageSize = 2000;

interface Entry {
  values: Value[];
  /** By place, the state of its trial when it was read: see `stateOf`. */
  states: Buffer;
  /** Of the store, when the states were compared last. */
  version?: string;
  known?: KnownColumn;
  /** The end of the last reading: readings of one column follow each other. */
  last: Promise<void>;
}

export function rememberColumns(most = mostValues): ColumnMemory {
  const entries = new Map<string, Entry>();
  return {
    column: async (engine, sweepId, name, column) => {
      const key = `${sweepId} ${name}`;
      const entry: Entry = entries.get(key) ?? {
        values: [],
        states: Buffer.alloc(0),
        last: Promise.resolve(),
      };
      entries.delete(key);
      entries.set(key, entry);
      const reading = entry.last.then(() => bringUpToDate(engine, sweepId, column, entry));
      entry.last = reading.catch(() => {});
      await reading;
      forgetOldest(entries, most);
      return (entry.known ??= know(entry.values));
    },
  };
}

function forgetOldest(entries: Map<string, Entry>, most: number): void {
  let count = [...entries.values()].reduce((sum, { values }) => sum + values.length, 0);
  for (const [key, { values }] of entries) {
    if (count <= most) return;
    entries.delete(key);
    count -= values.length;
  }
}

async function bringUpToDate(
  engine: Engine,
  sweepId: number,
  column: TrialColumn,
  entry: Entry,
): Promise<void> {
  // Asked before the states are: what changes meanwhile is seen the next time.
  const version = column.kept === 'for-ever' ? '' : await readVersion(engine);
  if (entry.version === version) return;
  const rows: Row[] = [];
  for (let from = 0; ;) {
    const page = await readPage(engine, sweepId, column, { states: entry.states, from });
    rows.push(...page);
    if (page.length < pageSize) break;
    from = (page.at(-1)?.position ?? from) + 1;
    await turn();
  }
  if (rows.length > 0) take(entry, rows);
  entry.version = version;
}

interface Row {
  readonly position: number;
  readonly state: number;
  readonly number: unknown;
  readonly text: unknown;
  readonly boolean: unknown;
  readonly json: unknown;
}

const trials = expressionBuilder<Tables, 'trials'>();

/** All bytes, for a database to write a number as one. */
const allBytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));

/** Of a trial, 1 to 255 where what is read stays as long as the state does; 0 where it never does. */
function stateOf({ kept }: TrialColumn) {
  const [status, attempt] = [trials.ref('trials.status'), trials.ref('trials.attempt')];
  return kept === 'for-ever'
    ? sql<number>`1`
    : sql<number>`case when ${status} = 'leased' or ${attempt} > 100 then 0 when ${status} = 'planned' then 1 + 2 * ${attempt} else 2 + 2 * ${attempt} end`;
}

/** Rows whose states are others than they were. */
async function readPage(
  engine: Engine,
  sweepId: number,
  column: TrialColumn,
  { states, from }: { readonly states: Buffer; readonly from: number },
): Promise<readonly Row[]> {
  const { values, json } = column;
  const none = sql`null`;
  const state = stateOf(column);
  const before = byteAt(engine, states);
  const isOther = sql<boolean>`(${state} = 0 or ${before} <> substr(${engine.expressions.bytes(allBytes)}, ${state} + 1, 1))`;
  // Found in an index, before whole rows are read.
  const found = engine.db
    .selectFrom('trials')
    .select('trials.id')
    .where('trials.sweepId', '=', sweepId)
    .where('trials.position', '>=', from)
    .where(isOther)
    .orderBy('trials.position')
    .limit(pageSize);
  return engine.db
    .selectFrom('trials')
    .select(['position', state.as('state')])
    .select([
      sql`${json ?? none}`.as('json'),
      // What is told whole need not be told again in parts.
      sql`${json ? none : (values.number ?? none)}`.as('number'),
      sql`${json ? none : (values.text ?? none)}`.as('text'),
      sql`${json ? none : (values.boolean ?? none)}`.as('boolean'),
    ])
    .where((e) => e('trials.id', 'in', e.selectFrom(found.as('found')).select('found.id')))
    .orderBy('position')
    .execute();
}

/** What stands at a trial's place in bytes, nothing behind their end. */
function byteAt(engine: Engine, bytes: Buffer) {
  // SQLite takes no bytes for null.
  const some = bytes.length > 0 ? bytes : Buffer.alloc(1);
  return sql`substr(${engine.expressions.bytes(some)}, ${trials.ref('trials.position')} + 1, 1)`;
}

function take(entry: Entry, rows: readonly Row[]): void {
  const length = Math.max(entry.values.length, (rows.at(-1)?.position ?? -1) + 1);
  const values = entry.values.concat(Array<Value>(length - entry.values.length).fill(null));
  const states = Buffer.concat([entry.states], length);
  const texts = new Map<string, string>();
  for (const row of rows) {
    const value = valueOf(row);
    values[row.position] = typeof value === 'string' ? once(texts, value) : value;
    states[row.position] = row.state;
  }
  const isOther = rows.some(({ position }) => values[position] !== entry.values[position]);
  if (isOther) delete entry.known;
  entry.values = values;
  entry.states = states;
}

function valueOf({ number, text, boolean, json }: Row): Value {
  if (typeof json === 'string') {
    const value: unknown = JSON.parse(json);
    return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean'
      ? value
      : null;
  }
  if (number !== null) return Number(number);
  if (text !== null) return String(text);
  // SQLite's true is 1.
  return boolean === null ? null : Boolean(boolean);
}

/** Equal texts share their memory. */
function once(texts: Map<string, string>, text: string): string {
  const known = texts.get(text);
  if (known === undefined) texts.set(text, text);
  return known ?? text;
}

function know(values: readonly Value[]): KnownColumn {
  const ranks = new Map<boolean, Int32Array>();
  return {
    values,
    ranks: (descending) => {
      const made = ranks.get(descending) ?? rank(values, descending);
      ranks.set(descending, made);
      return made;
    },
  };
}

const kinds = ['number', 'string', 'boolean'];

function rank(values: readonly Value[], descending: boolean): Int32Array {
  const sign = descending ? -1 : 1;
  const distinct = [...new Set(values)].filter((value) => value !== null);
  const sorted = distinct.toSorted((a, b) => {
    const kind = kinds.indexOf(typeof a) - kinds.indexOf(typeof b);
    return kind === 0 ? sign * compareValues(a, b) : kind;
  });
  const places = new Map<Value, number>(sorted.map((value, i) => [value, i]));
  return Int32Array.from(values, (value) => places.get(value) ?? sorted.length);
}

/** Texts by their bytes, as databases do. */
function compareValues(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Number(a) - Number(b);
}

/** What trials are ordered by. */
export function rankAt(engine: Engine, { ranks }: KnownColumn, descending: boolean) {
  return engine.expressions.elementOf(ranks(descending), trials.ref('trials.position'));
}

/** Whether a trial's place is among those for which this is true. */
export function markedWhere(engine: Engine, length: number, isTrue: (place: number) => boolean) {
  const marks = Buffer.alloc(length);
  for (let place = 0; place < length; place++) if (isTrue(place)) marks[place] = 1;
  return sql<boolean>`${byteAt(engine, marks)} = ${engine.expressions.bytes(Buffer.of(1))}`;
}
