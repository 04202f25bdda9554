/**
 * Merging a sweep of another store into this one, in one transaction.
 *
 * Trials are the same when their plans' hashes and their places are. What an end is worth: a result (completed, diverged) more than
 * a failure, a failure more than a cancellation, and that more than no end. The worthier end is taken; its attempts come after
 * those that are here, so that no attempt is ever overwritten.
 */
import type { TrialStatus } from '@netspace/population/trial';
import type { Insertable, Selectable } from 'kysely';
import type { Engine, Queries } from './engine.ts';
import type { MergeResult, MergeTerms } from './merge.ts';
import { StoreError } from './store-error.ts';
import type { Attempt, MergeSource, StoredTrial, TrialHistory } from './store.ts';
import { inGroups, insertSize, insertSweepRow, plannedRow } from './sweep-queries.ts';
import { type Tables, unknownNumber } from './tables.ts';

type TrialRow = Selectable<Tables['trials']>;

const result = 4;
const worth: Readonly<Record<TrialStatus, number>> = {
  completed: result,
  diverged: result,
  failed: 3,
  cancelled: 2,
  // Only of an import: what is lost here is planned again at once.
  lost: 1,
  leased: 0,
  planned: 0,
};

/** How many different trials are named in an error. */
const namedAtMost = 5;

export async function mergeSweep(
  engine: Engine,
  source: MergeSource,
  terms: MergeTerms,
): Promise<MergeResult> {
  let merged: MergeResult | undefined;
  const merge = engine.db.transaction().execute(async (db) => {
    merged = await mergeInto(db, engine, source, terms);
    if (terms.dryRun) throw new Rehearsal();
  });
  await merge.catch((error: unknown) => {
    if (!(error instanceof Rehearsal)) throw error;
  });
  if (!merged) throw new Error('a merge without a result');
  return merged;
}

/** Ends a transaction that was only to show what it would do. */
class Rehearsal extends Error {}

async function mergeInto(
  db: Queries,
  engine: Engine,
  { sweep, histories }: MergeSource,
  terms: MergeTerms,
): Promise<MergeResult> {
  const { id, added } = await insertSweepRow(db, engine, sweep);
  const conflicts: string[] = [];
  const count = { taken: 0, same: 0, different: 0 };
  for await (const page of inGroups(histories(), insertSize)) {
    const here = added ? await plan(db, id, page) : await readRows(db, engine, id, page);
    const taken: Taken[] = [];
    for (const history of page) {
      const row = here.get(history.trial.index);
      if (!row || !isSameTrial(row, history.trial)) throw notTheSame(sweep.name, history.trial, terms);
      const { status, error } = history.trial;
      const isDifferent =
        worth[status] === result &&
        worth[row.status] === result &&
        (status !== row.status || error !== (row.error ?? undefined));
      if (isDifferent) conflicts.push(describeConflict(row, history.trial));
      if (worth[status] > worth[row.status] || (isDifferent && terms.prefer === 'last'))
        taken.push({ row, history });
      else if (worth[status] > 0 && !isDifferent) count.same++;
    }
    await take(db, engine, taken);
    count.taken += taken.length;
  }
  count.different = conflicts.length;
  if (conflicts.length > 0 && terms.prefer === undefined) throw refuse(sweep.name, conflicts, terms);
  return { added, ...count };
}

async function plan(
  db: Queries,
  sweepId: number,
  page: readonly TrialHistory[],
): Promise<ReadonlyMap<number, TrialRow>> {
  const rows = page.map(({ trial }) =>
    plannedRow(sweepId, trial.index, {
      ...trial,
      flops: trial.flops ?? unknownNumber,
      params: trial.params ?? unknownNumber,
      activations: trial.activations ?? unknownNumber,
      seed: trial.seed ?? unknownNumber,
      recipe: trial.recipe ?? null,
    }),
  );
  const inserted = await db.insertInto('trials').values(rows).returningAll().execute();
  return new Map(inserted.map((row) => [row.position, row]));
}

async function readRows(
  db: Queries,
  engine: Engine,
  sweepId: number,
  page: readonly TrialHistory[],
): Promise<ReadonlyMap<number, TrialRow>> {
  const places = page.map(({ trial }) => trial.index);
  const rows = await db
    .selectFrom('trials')
    .selectAll()
    .where('sweepId', '=', sweepId)
    .where('position', '>=', Math.min(...places))
    .where('position', '<=', Math.max(...places))
    .$if(engine.locksRows, (query) => query.forUpdate())
    .execute();
  return new Map(rows.map((row) => [row.position, row]));
}

function isSameTrial(row: TrialRow, { space, network, seed = unknownNumber }: StoredTrial): boolean {
  return row.space === space && row.seed === seed && row.network === JSON.stringify(network);
}

interface Taken {
  readonly row: TrialRow;
  readonly history: TrialHistory;
}

async function take(db: Queries, engine: Engine, taken: readonly Taken[]): Promise<void> {
  for (const { row, history } of taken) await endTrial(db, engine, row, history.trial);
  await insertAll(taken.flatMap(attemptRows), (rows) =>
    db
      .insertInto('attempts')
      .values([...rows])
      .execute(),
  );
  await insertAll(taken.flatMap(epochRows), (rows) =>
    db
      .insertInto('epochs')
      .values([...rows])
      .execute(),
  );
}

/** Whoever trains it here finds its fence stale, and stops. */
async function endTrial(db: Queries, engine: Engine, row: TrialRow, trial: StoredTrial): Promise<void> {
  if (row.status === 'leased')
    await db
      .updateTable('attempts')
      .set({ status: 'cancelled', reason: 'its result came from another store', finishedAt: engine.now })
      .where('trialId', '=', row.id)
      .where('attempt', '=', row.attempt)
      .execute();
  await db
    .updateTable('trials')
    .set({
      status: trial.status,
      error: trial.error ?? null,
      bestError: trial.bestError ?? null,
      stopped: json(trial.stopped),
      fit: json(trial.fit),
      attempt: row.attempt + trial.attempt,
      rung: trial.rung,
      owner: null,
      leasedUntil: null,
      waitingAt: null,
      waitingOutcome: null,
    })
    .where('id', '=', row.id)
    .execute();
}

function attemptRows({ row, history }: Taken): Insertable<Tables['attempts']>[] {
  return history.attempts.map((each) => ({
    trialId: row.id,
    attempt: row.attempt + each.attempt,
    owner: each.owner,
    status: each.status,
    reason: each.reason ?? null,
    provenance: json(each.provenance),
    evaluation: json(each.evaluation),
    startedAt: each.startedAt,
    finishedAt: each.finishedAt ?? null,
  }));
}

function epochRows({ row, history }: Taken): Insertable<Tables['epochs']>[] {
  return history.attempts.flatMap(({ attempt, curve }: Attempt) =>
    curve.map((record) => ({
      trialId: row.id,
      attempt: row.attempt + attempt,
      epoch: record.epoch,
      record: JSON.stringify(record),
    })),
  );
}

async function insertAll<T>(
  rows: readonly T[],
  insert: (some: readonly T[]) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < rows.length; from += insertSize)
    await insert(rows.slice(from, from + insertSize));
}

function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function describeConflict(row: TrialRow, there: StoredTrial): string {
  return `trial ${there.index + 1}: ${row.status} with error ${row.error} here, ${there.status} with ${there.error} there`;
}

function refuse(name: string, conflicts: readonly string[], { from }: MergeTerms): StoreError {
  const more = conflicts.length > namedAtMost ? ` and ${conflicts.length - namedAtMost} more` : '';
  return new StoreError(
    'merge-conflict',
    `${from} has other results for ${conflicts.length} ${conflicts.length === 1 ? 'trial' : 'trials'} of ${name} (${conflicts
      .slice(0, namedAtMost)
      .join(
        '; ',
      )}${more}); nothing of this sweep was changed: --prefer first keeps what is here, --prefer last takes what comes`,
  );
}

function notTheSame(name: string, trial: StoredTrial, { from }: MergeTerms): StoreError {
  return new StoreError(
    'merge-conflict',
    `trial ${trial.index + 1} of ${name} is another network in ${from}, though the plan is the same; ` +
      'the stores were made by different versions of netspace, and their trials cannot be united',
  );
}
