/** Reading trials from a database. */
import { expressionBuilder, type Expression, type SqlBool } from 'kysely';
import type { Engine, Queries } from './engine.ts';
import { orderPlaces, rankAt } from './column-memory.ts';
import type { ColumnMemory } from './known-column.ts';
import {
  filterCondition,
  findColumn,
  findFilter,
  placeTest,
  readOrder,
  type FoundFilter,
  type Order,
} from './filter-queries.ts';
import { StoreError } from './store-error.ts';
import type { Attempt, StoredTrial, TrialHistory, TrialQuery } from './store.ts';
import type { Tables } from './tables.ts';
import { curveKey, readAttempt, readCurves, readTrial, selectTrials } from './trial-rows.ts';

const pageSize = 500;

export async function listTrials(
  engine: Engine,
  sweepId: number,
  query: TrialQuery = {},
): Promise<readonly StoredTrial[]> {
  const { limit, offset = 0, brief } = query;
  const found = await find(engine, sweepId, query);
  if (found.places && limit !== undefined)
    return readPlaces(engine, sweepId, found.places.slice(offset, offset + limit), brief);
  const condition = conditionOf(engine, sweepId, found);
  const order = found.orders.flatMap((each) => orderBy(engine, each));
  const matches = [...order, asPlanned].reduce(
    (select, [expression, direction]) => select.orderBy(expression, (by) => by[direction]().nullsLast()),
    engine.db.selectFrom('trials').select('trials.id').where(condition),
  );
  // Whole rows are sorted slowly; of a page, only those in it are read.
  const page = matches.limit(limit ?? Number.MAX_SAFE_INTEGER).offset(offset);
  const isPage = limit !== undefined || offset > 0;
  const rows = await [...order, asPlanned]
    .reduce(
      (select, [expression, direction]) => select.orderBy(expression, (by) => by[direction]().nullsLast()),
      selectTrials(engine.db, brief)
        .where('trials.sweepId', '=', sweepId)
        .where((e) =>
          isPage ? e('trials.id', 'in', e.selectFrom(page.as('page')).select('page.id')) : condition,
        ),
    )
    .execute();
  return rows.map(readTrial);
}

export async function countMatches(engine: Engine, sweepId: number, query: TrialQuery = {}): Promise<number> {
  const found = await find(engine, sweepId, { ...query, sort: 'index' });
  if (found.places) return found.places.length;
  const { count } = await engine.db
    .selectFrom('trials')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where(conditionOf(engine, sweepId, found))
    .executeTakeFirstOrThrow();
  return count;
}

/** A query whose names are found. */
interface FoundQuery {
  readonly query: TrialQuery;
  readonly filter?: FoundFilter;
  readonly orders: readonly Order[];
  /** Where all columns that it takes are remembered: those of the trials that are found, in their order. */
  readonly places?: readonly number[] | undefined;
}

async function find(engine: Engine, sweepId: number, query: TrialQuery): Promise<FoundQuery> {
  const { where, order = 'index', sort = order } = query;
  const filter = where === undefined ? undefined : await findFilter(engine, sweepId, where);
  // As planned, an index finds them as quickly.
  const isPlanned = !filter && /^[+-]?index$/.test(sort);
  const from = isPlanned ? { ...engine, memory: undefined } : engine;
  const orders = sort === 'index' ? [] : await readOrder(from, sweepId, sort);
  const found = { query, ...(filter && { filter }), orders };
  return engine.memory && !isPlanned
    ? { ...found, places: await placesOf(engine, sweepId, engine.memory, found) }
    : found;
}

/** The places of the trials that are found, in their order, where all that it takes is remembered. */
async function placesOf(
  engine: Engine,
  sweepId: number,
  memory: ColumnMemory,
  { query: { where, sort, order, statuses, spaces }, filter, orders }: FoundQuery,
): Promise<readonly number[] | undefined> {
  const read = async (name: string) => (await findColumn(engine, sweepId, { name, where: 'trials' })).known;
  const index = await read('index');
  const status = statuses ? await read('status') : index;
  const space = spaces ? await read('space') : index;
  const test = filter ? placeTest(filter) : () => true;
  const sorted = orders.flatMap(({ column: { known }, descending }) =>
    known ? [{ known, descending }] : [],
  );
  if (!index || !status || !space || !test || sorted.length < orders.length) return undefined;
  const isWanted = (place: number): boolean =>
    index.values[place] === place &&
    (!statuses || statuses.some((each) => each === status.values[place])) &&
    (!spaces || spaces.some((each) => each === space.values[place])) &&
    test(place);
  const compared = [...(filter?.columns.values() ?? [])].flatMap(({ known }) => known ?? []);
  const columns = [index, status, space, ...compared];
  const key = JSON.stringify([sweepId, where, statuses, spaces]);
  const all = () => [...index.values.keys()].filter(isWanted);
  const places = memory.places(key, columns, all);
  if (sorted.length === 0) return places;
  const ordered = () =>
    orderPlaces(
      places,
      sorted.map(({ known, descending }) => known.ranks(descending)),
    );
  const withOrder = [...columns, ...sorted.map(({ known }) => known)];
  return memory.places(`${key} ${sort ?? order}`, withOrder, ordered);
}

async function readPlaces(
  engine: Engine,
  sweepId: number,
  places: readonly number[],
  brief: boolean | undefined,
): Promise<readonly StoredTrial[]> {
  if (places.length === 0) return [];
  const rows = await selectTrials(engine.db, brief)
    .where('trials.sweepId', '=', sweepId)
    .where('trials.position', 'in', places)
    .execute();
  const trialsAt = new Map(rows.map((row) => [row.position, readTrial(row)]));
  // Trials of a sweep that was deleted meanwhile are not there.
  return places.flatMap((place) => trialsAt.get(place) ?? []);
}

const trials = expressionBuilder<Tables, 'trials'>();

function conditionOf(
  engine: Engine,
  sweepId: number,
  { query: { statuses, spaces }, filter }: FoundQuery,
): Expression<SqlBool> {
  return trials.and([
    trials('trials.sweepId', '=', sweepId),
    ...(statuses ? [trials('trials.status', 'in', statuses)] : []),
    ...(spaces ? [trials('trials.space', 'in', spaces)] : []),
    ...(filter ? [filterCondition(engine, filter)] : []),
  ]);
}

type Direction = 'asc' | 'desc';

/** What has no value comes last, whichever the direction; equal ones as planned. */
const asPlanned: readonly [Expression<unknown>, Direction] = [trials.ref('trials.position'), 'asc'];

function orderBy(
  engine: Engine,
  { column, descending }: Order,
): readonly (readonly [Expression<unknown>, Direction])[] {
  if (column.known) return [[rankAt(engine, column.known, descending), 'asc']];
  return Object.entries(column.values).map(([kind, value]) => [
    kind === 'text' ? engine.expressions.byBytes(value) : value,
    descending ? 'desc' : 'asc',
  ]);
}

export async function readHistory(engine: Engine, trialId: number): Promise<TrialHistory> {
  const row = await selectTrials(engine.db).where('trials.id', '=', trialId).executeTakeFirst();
  if (!row)
    throw new StoreError(
      'trial-unknown',
      `${engine.location} has no trial ${trialId}; "netspace trials SWEEP" lists them`,
    );
  const attempts = await engine.db
    .selectFrom('attempts')
    .selectAll()
    .where('trialId', '=', trialId)
    .orderBy('attempt')
    .execute();
  const curves = await readCurves(engine.db, [trialId]);
  return {
    trial: withCurve(readTrial(row), curves),
    attempts: attempts.map((each) => readAttempt(each, curves.get(curveKey(trialId, each.attempt)) ?? [])),
  };
}

/** Pages by position, so that trials that end meanwhile shift nothing. */
export async function* readPopulation(engine: Engine, sweepId: number): AsyncGenerator<StoredTrial> {
  for (let from = 0; ;) {
    const start = from;
    const page = await engine.repeat(() => readPage(engine.db, sweepId, start));
    if (page.length === 0) return;
    yield* page;
    from = (page.at(-1)?.index ?? from) + 1;
  }
}

/** Pages as `readPopulation` does. */
export async function* readHistories(engine: Engine, sweepId: number): AsyncGenerator<TrialHistory> {
  for (let from = 0; ;) {
    const start = from;
    const page = await engine.repeat(() => readHistoryPage(engine.db, sweepId, start));
    if (page.length === 0) return;
    yield* page;
    from = (page.at(-1)?.trial.index ?? from) + 1;
  }
}

async function readHistoryPage(db: Queries, sweepId: number, from: number): Promise<readonly TrialHistory[]> {
  const rows = await selectPage(db, sweepId, from);
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const attempts = await db
    .selectFrom('attempts')
    .selectAll()
    .where('trialId', 'in', ids)
    .orderBy('attempt')
    .execute();
  const curves = await readCurves(db, ids);
  const byTrial = new Map<number, Attempt[]>();
  for (const each of attempts)
    byTrial.set(each.trialId, [
      ...(byTrial.get(each.trialId) ?? []),
      readAttempt(each, curves.get(curveKey(each.trialId, each.attempt)) ?? []),
    ]);
  return rows.map((row) => ({
    trial: withCurve(readTrial(row), curves),
    attempts: byTrial.get(row.id) ?? [],
  }));
}

function selectPage(db: Queries, sweepId: number, from: number) {
  return selectTrials(db)
    .where('trials.sweepId', '=', sweepId)
    .where('trials.position', '>=', from)
    .orderBy('trials.position')
    .limit(pageSize)
    .execute();
}

async function readPage(db: Queries, sweepId: number, from: number): Promise<readonly StoredTrial[]> {
  const rows = await selectPage(db, sweepId, from);
  if (rows.length === 0) return [];
  const curves = await readCurves(
    db,
    rows.map((row) => row.id),
  );
  return rows.map((row) => withCurve(readTrial(row), curves));
}

function withCurve(
  trial: StoredTrial,
  curves: ReadonlyMap<string, NonNullable<StoredTrial['curve']>>,
): StoredTrial {
  // A trial that waits at a rung has come that far; any other planned one begins, or goes on, with its next attempt.
  const none = trial.status === 'planned' && trial.waitingAt === undefined;
  const curve = none ? undefined : curves.get(curveKey(trial.id, trial.attempt));
  return curve ? { ...trial, curve } : trial;
}
