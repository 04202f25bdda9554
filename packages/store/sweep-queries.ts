/** Adding, finding, counting and changing whole sweeps. */
import type { TrialStatus } from '@netspace/population/trial';
import type { Insertable, Selectable } from 'kysely';
import type { Engine, Queries } from './engine.ts';
import { networkColumns } from './network-columns.ts';
import { StoreError } from './store-error.ts';
import type { NewSweep, NewTrial, Shard, Sweep, TrialCounts } from './store.ts';
import { inShard, type Tables } from './tables.ts';

/** Rows of an insert: times the columns of a trial well below the least limit on bound values, 32,766. */
export const insertSize = 500;

export function addSweep(
  engine: Engine,
  sweep: NewSweep,
  trials: readonly NewTrial[],
): Promise<{ sweep: Sweep; added: boolean }> {
  return insertSweep(engine, sweep, trials, async (db, sweepId, some, from) => {
    const rows = some.map((trial, i) => plannedRow(sweepId, from + i, trial));
    await db.insertInto('trials').values(rows).execute();
  });
}

/** Adds the sweep unless one of its plan is there, and its trials some at a time (from a place among all), in one transaction. */
/** From so many new trials on a database's older counts mislead it. */
const manyRows = 1000;

export function insertSweep<T>(
  engine: Engine,
  sweep: NewSweep,
  trials: Iterable<T> | AsyncIterable<T>,
  insertSome: (db: Queries, sweepId: number, some: readonly T[], from: number) => Promise<void>,
): Promise<{ sweep: Sweep; added: boolean }> {
  return engine.db.transaction().execute(async (db) => {
    const { id, added } = await insertSweepRow(db, engine, sweep);
    if (added) {
      let from = 0;
      for await (const some of inGroups(trials, insertSize)) {
        await insertSome(db, id, some, from);
        from += some.length;
      }
      if (from >= manyRows) await engine.countRows(db);
    }
    return { sweep: await readPlan(db, sweep.planHash), added };
  });
}

export async function* inGroups<T>(
  all: Iterable<T> | AsyncIterable<T>,
  size: number,
): AsyncGenerator<readonly T[]> {
  let group: T[] = [];
  for await (const each of all) {
    group.push(each);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** The sweep of a plan, without its trials when it was not there. */
export async function insertSweepRow(
  db: Queries,
  engine: Engine,
  { name, planHash, plan }: NewSweep,
): Promise<{ id: number; added: boolean }> {
  const row = await db
    .insertInto('sweeps')
    .values({ name, planHash, plan, createdAt: engine.now })
    .onConflict((conflict) => conflict.column('planHash').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (row) return { id: row.id, added: true };
  return { id: (await readPlan(db, planHash)).id, added: false };
}

export function plannedRow(
  sweepId: number,
  position: number,
  trial: Omit<NewTrial, 'recipe'> & { readonly recipe: NewTrial['recipe'] | null },
): Insertable<Tables['trials']> {
  const { space, flops, params, activations, seed, cost } = trial;
  return {
    sweepId,
    position,
    space,
    network: JSON.stringify(trial.network),
    ...networkColumns(trial.network),
    generator: trial.generator === undefined ? null : JSON.stringify(trial.generator),
    flops,
    params,
    activations,
    recipe: JSON.stringify(trial.recipe),
    seed,
    cost,
    status: 'planned',
    attempt: 0,
    losses: 0,
    rung: 0,
  };
}

export async function listSweeps(db: Queries): Promise<readonly Sweep[]> {
  const rows = await db.selectFrom('sweeps').selectAll().orderBy('id', 'desc').execute();
  const tallies = await selectTallies(db).execute();
  return rows.map((row) =>
    describe(
      row,
      tallies.filter(({ sweepId }) => sweepId === row.id),
    ),
  );
}

export async function findPlan(db: Queries, planHash: string): Promise<Sweep | undefined> {
  const row = await db.selectFrom('sweeps').selectAll().where('planHash', '=', planHash).executeTakeFirst();
  return row && describeSweep(db, row);
}

async function readPlan(db: Queries, planHash: string): Promise<Sweep> {
  const sweep = await findPlan(db, planHash);
  if (!sweep) throw new Error(`no sweep with plan ${planHash}`);
  return sweep;
}

export async function findSweep(engine: Engine, reference: string): Promise<Sweep> {
  // Not the plans, which may be long: a reference is looked up before each lease.
  const known = await engine.db
    .selectFrom('sweeps')
    .select(['id', 'name', 'planHash'])
    .orderBy('id', 'desc')
    .execute();
  const number = /^#?\d+$/.test(reference) ? Number(reference.replace('#', '')) : undefined;
  const found =
    known.find((each) => each.name === reference) ??
    known.find((each) => each.id === number) ??
    known.find((each) => reference.length >= 6 && each.planHash.startsWith(reference));
  const row =
    found && (await engine.db.selectFrom('sweeps').selectAll().where('id', '=', found.id).executeTakeFirst());
  if (!row) throw new StoreError('sweep-unknown', unknownSweep(engine.location, reference, known));
  return describeSweep(engine.db, row);
}

function unknownSweep(location: string, reference: string, rows: readonly { name: string }[]): string {
  const names = [...new Set(rows.map((row) => row.name))];
  const known = names.length === 0 ? 'it has none yet' : `it has ${names.slice(0, 10).join(', ')}`;
  return `${location} has no sweep "${reference}"; ${known}`;
}

/** All that is told of a sweep's trials, a row for each status; the index `trialsByState` alone is read. */
function selectTallies(db: Queries) {
  return db
    .selectFrom('trials')
    .select(['sweepId', 'status'])
    .select((e) => [
      e.fn.countAll<number>().as('count'),
      e.fn.count<number>('stopped').as('stopped'),
      e.fn.count<number>('waitingAt').as('waiting'),
      e.fn.min('error').as('leastError'),
      e.fn.sum<number>('cost').as('cost'),
    ])
    .groupBy(['sweepId', 'status']);
}

type Tally = Awaited<ReturnType<ReturnType<typeof selectTallies>['execute']>>[number];

async function describeSweep(db: Queries, row: Selectable<Tables['sweeps']>): Promise<Sweep> {
  return describe(row, await selectTallies(db).where('sweepId', '=', row.id).execute());
}

function describe(row: Selectable<Tables['sweeps']>, tallies: readonly Tally[]): Sweep {
  const leastError = tallies.find(({ status }) => status === 'completed')?.leastError ?? null;
  const open = tallies.filter(({ status }) => status === 'planned' || status === 'leased');
  return {
    ...row,
    counts: countsOf(tallies),
    stopped: sum(tallies.map(({ stopped }) => stopped)),
    waiting: sum(tallies.map(({ waiting }) => waiting)),
    remainingCost: sum(open.map(({ cost }) => cost)),
    ...(leastError !== null && { leastError }),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

export async function countTrials(db: Queries, sweepId: number, shard?: Shard): Promise<TrialCounts> {
  const rows = await db
    .selectFrom('trials')
    .select(['status', (e) => e.fn.countAll<number>().as('count')])
    .where('sweepId', '=', sweepId)
    .$if(shard !== undefined, (query) => query.where(inShard(shard)))
    .groupBy('status')
    .execute();
  return countsOf(rows);
}

function countsOf(rows: readonly { readonly status: TrialStatus; readonly count: number }[]): TrialCounts {
  const counts: Record<TrialStatus, number> = {
    planned: 0,
    leased: 0,
    completed: 0,
    diverged: 0,
    failed: 0,
    lost: 0,
    cancelled: 0,
  };
  for (const row of rows) counts[row.status] = row.count;
  return counts;
}

export async function retryTrials(engine: Engine, sweepId: number): Promise<number> {
  return engine.db.transaction().execute(async (db) => {
    const { numUpdatedRows } = await db
      .updateTable('trials')
      .set({ status: 'planned', losses: 0, error: null, bestError: null, stopped: null })
      .where('sweepId', '=', sweepId)
      .where('status', 'in', ['failed', 'cancelled'])
      .executeTakeFirstOrThrow();
    return Number(numUpdatedRows);
  });
}

export async function cancelTrials(engine: Engine, sweepId: number): Promise<number> {
  return engine.db.transaction().execute(async (db) => {
    // Trials before attempts, as all that end attempts do: so no two wait for each other.
    const { numUpdatedRows } = await db
      .updateTable('trials')
      .set({ status: 'cancelled', owner: null, leasedUntil: null, waitingAt: null, waitingOutcome: null })
      .where('sweepId', '=', sweepId)
      .where('status', 'in', ['planned', 'leased'])
      .executeTakeFirstOrThrow();
    const cancelled = db
      .selectFrom('trials')
      .select('id')
      .where('sweepId', '=', sweepId)
      .where('status', '=', 'cancelled');
    await db
      .updateTable('attempts')
      .set({ status: 'cancelled', finishedAt: engine.now })
      .where('status', '=', 'leased')
      .where('trialId', 'in', cancelled)
      .execute();
    return Number(numUpdatedRows);
  });
}

export async function deleteSweep(engine: Engine, sweepId: number): Promise<void> {
  await engine.db.transaction().execute(async (db) => {
    // What is planned stays so until it is gone; counted afterwards, since others may have leased while this waited for them.
    const all = db.selectFrom('trials').select('id').where('sweepId', '=', sweepId);
    if (engine.locksRows)
      await db
        .selectFrom(all.forUpdate().as('all'))
        .select((e) => e.fn.countAll<number>().as('count'))
        .execute();
    const { leased } = await countTrials(db, sweepId);
    if (leased > 0)
      throw new StoreError(
        'sweep-running',
        `${leased} ${leased === 1 ? 'trial' : 'trials'} of the sweep are being trained; cancel it first, then delete it`,
      );
    await db.deleteFrom('sweeps').where('id', '=', sweepId).execute();
  });
}
