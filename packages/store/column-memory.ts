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
import type { ColumnMemory, KnownColumn, TrialColumn, Value } from './known-column.ts';
import type { Tables } from './tables.ts';
import { statuses } from './trial-columns.ts';
import { readVersion } from './watch-queries.ts';

/** Values that are kept of all columns together: some 50 MB at most. */
const mostValues = 2_000_000;
/** Answers whose places are kept. */
const mostPlaces = 20;
/** Rows that are read at a time: SQLite lets nothing else run meanwhile. */
const pageSize = 2000;

interface Entry {
  values: Value[];
  /** By place, the state of its trial when it was read: see `stateOf`. */
  states: Buffer;
  known?: KnownColumn;
  /** The end of the last reading: readings of one column follow each other. */
  last: Promise<unknown>;
}

/** Where the trials of a sweep are. */
interface States {
  /** Of the store, when they were read. */
  readonly version: string;
  readonly bytes: Buffer;
}

interface Answer {
  readonly columns: readonly KnownColumn[];
  readonly places: readonly number[];
}

export function rememberColumns(engine: Engine, most = mostValues): ColumnMemory {
  const entries = new Map<string, Entry>();
  const states = new Map<number, Promise<States>>();
  const statesOf = async (sweepId: number): Promise<Buffer> => {
    const read = readStates(engine, sweepId, await states.get(sweepId)?.catch(() => undefined));
    states.set(sweepId, read);
    return (await read).bytes;
  };
  const answers = new Map<string, Answer>();
  return {
    has: (sweepId, name) => entries.get(`${sweepId} ${name}`)?.known !== undefined,
    places: (key, columns, find) => {
      const before = answers.get(key);
      const isSame = before?.columns.every((each, i) => each === columns[i]) ?? false;
      const answer = before && isSame ? before : { columns, places: find() };
      answers.delete(key);
      answers.set(key, answer);
      const [oldest] = answers.keys();
      if (answers.size > mostPlaces && oldest !== undefined) answers.delete(oldest);
      return answer.places;
    },
    column: async (sweepId, name, column) => {
      const key = `${sweepId} ${name}`;
      const made: Entry = { values: [], states: Buffer.alloc(0), last: Promise.resolve() };
      const entry = entries.get(key) ?? made;
      entries.delete(key);
      entries.set(key, entry);
      const read = async (): Promise<void> => {
        if (column.kept === 'for-ever' && entry.known) return;
        await bringUpToDate(engine, sweepId, column, entry, await statesOf(sweepId));
      };
      const reading = entry.last.then(read);
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

const trials = expressionBuilder<Tables, 'trials'>();

/** All bytes, for a database to write a number as one. */
const allBytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));

/** Of a trial, 1 to 255 where what a training left stays as long as the state does; 0 where it never does. */
const [status, attempt] = [trials.ref('trials.status'), trials.ref('trials.attempt')];
const numbered = statuses.map((each, i) => sql`when ${sql.lit(each)} then ${sql.lit(i)}`);
const state = sql<number>`case when ${status} = 'leased' or ${attempt} > 30 then 0 else 8 * ${attempt} + 1 + (case ${status} ${sql.join(numbered, sql` `)} end) end`;

/** Reads an index, and of that the trials that are not where they were. */
async function readStates(engine: Engine, sweepId: number, before?: States): Promise<States> {
  // Asked before the states are: what changes meanwhile is seen the next time.
  const version = await readVersion(engine);
  if (before?.version === version) return before;
  const bytes = before?.bytes ?? Buffer.alloc(0);
  const written = sql`substr(${engine.expressions.bytes(allBytes)}, ${state} + 1, 1)`;
  const rows = await engine.db
    .selectFrom('trials')
    .select(['trials.position', state.as('state')])
    .where('trials.sweepId', '=', sweepId)
    .where(sql<boolean>`${byteAt(engine, bytes)} <> ${written}`)
    .execute();
  const length = rows.reduce((most, { position }) => Math.max(most, position + 1), bytes.length);
  const now = Buffer.concat([bytes], length);
  for (const row of rows) now[row.position] = row.state;
  return { version, bytes: now };
}

async function bringUpToDate(
  engine: Engine,
  sweepId: number,
  column: TrialColumn,
  entry: Entry,
  states: Buffer,
): Promise<void> {
  const open: number[] = [];
  for (const [place, now] of states.entries()) if (now === 0 || now !== entry.states[place]) open.push(place);
  const rows: Row[] = [];
  for (let from = 0; from < open.length; from += pageSize) {
    rows.push(...(await readValues(engine, sweepId, column, open.slice(from, from + pageSize))));
    await turn();
  }
  if (rows.length > 0) take(entry, rows);
}

interface Row {
  readonly position: number;
  readonly state: number;
  readonly number: unknown;
  readonly text: unknown;
  readonly boolean: unknown;
  readonly json: unknown;
}

async function readValues(
  engine: Engine,
  sweepId: number,
  { values, json }: TrialColumn,
  places: readonly number[],
): Promise<readonly Row[]> {
  const none = sql`null`;
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
    .where('sweepId', '=', sweepId)
    .where('position', '>=', places[0] ?? 0)
    .where('position', '<=', places.at(-1) ?? 0)
    .where(markedWhere(engine, places))
    .execute();
}

function byteAt(engine: Engine, bytes: Buffer) {
  // SQLite takes no bytes for null.
  const some = bytes.length > 0 ? bytes : Buffer.alloc(1);
  return sql`substr(${engine.expressions.bytes(some)}, ${trials.ref('trials.position')} + 1, 1)`;
}

function take(entry: Entry, rows: readonly Row[]): void {
  const length = rows.reduce((most, { position }) => Math.max(most, position + 1), entry.values.length);
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

/** Places in the order of the first ranks, equal ones in that of the next, and at last as planned. */
export function orderPlaces(places: readonly number[], ranks: readonly Int32Array[]): readonly number[] {
  const [first] = ranks;
  if (!first) return places;
  if (ranks.length > 1)
    return places.toSorted((a, b) => {
      const by = ranks.find((each) => each[a] !== each[b]);
      return by ? (by[a] ?? 0) - (by[b] ?? 0) : a - b;
    });
  // Sorted as numbers: ten times as fast as by a function.
  const step = 2 ** 21;
  const keys = Float64Array.from(places, (place) => (first[place] ?? 0) * step + place);
  return Array.from(keys.toSorted(), (key) => key % step);
}

/** Whether a trial's place is one of these. */
export function markedWhere(engine: Engine, places: readonly number[]) {
  const marks = Buffer.alloc((places.at(-1) ?? 0) + 1);
  for (const place of places) marks[place] = 1;
  return sql<boolean>`${byteAt(engine, marks)} = ${engine.expressions.bytes(Buffer.of(1))}`;
}
