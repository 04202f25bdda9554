/** Watching a store: whether anything changed, what ended, who trains, and how the trials ended. */
import type { EpochRecord } from '@netspace/population/trial';
import { sql } from 'kysely';
import type { Engine } from './engine.ts';
import type { EndedTrial, LeasedTrial, StoreState, TrialOutcome } from './watch.ts';

/** Most of what is told at once; who was away longer reads everything anew. */
const mostEnded = 1000;

export async function readVersion(engine: Engine): Promise<string> {
  const { version } = await engine.db.selectNoFrom(engine.version.as('version')).executeTakeFirstOrThrow();
  return String(version);
}

export async function readState(engine: Engine): Promise<StoreState> {
  const rows = await engine.db
    .selectFrom('trials')
    .select(['sweepId', 'status', (e) => e.fn.countAll<number>().as('count')])
    .groupBy(['sweepId', 'status'])
    .execute();
  const leased = await engine.db
    .selectFrom('trials')
    .leftJoin('epochs', (join) =>
      join.onRef('epochs.trialId', '=', 'trials.id').onRef('epochs.attempt', '=', 'trials.attempt'),
    )
    .select(['trials.sweepId', (e) => e.fn.count<number>('epochs.epoch').as('epochs')])
    .where('trials.status', '=', 'leased')
    .groupBy('trials.sweepId')
    .execute();
  const { now } = await engine.db.selectNoFrom(engine.now.as('now')).executeTakeFirstOrThrow();
  const sweeps = new Map<number, string>();
  for (const { sweepId, status, count } of rows)
    sweeps.set(sweepId, `${sweeps.get(sweepId) ?? ''}${status} ${count} `);
  for (const { sweepId, epochs } of leased)
    sweeps.set(sweepId, `${sweeps.get(sweepId) ?? ''}epochs ${epochs}`);
  return { now, sweeps };
}

/** The oldest first. */
export async function listEnded(engine: Engine, since: number): Promise<readonly EndedTrial[]> {
  const rows = await engine.db
    .selectFrom('attempts')
    .innerJoin('trials', 'trials.id', 'attempts.trialId')
    .select(['trials.id', 'trials.sweepId', 'trials.position', 'trials.space', 'attempts.attempt'])
    .select(['attempts.status', 'trials.error', 'attempts.finishedAt', 'trials.cost', 'attempts.startedAt'])
    .where('attempts.finishedAt', '>=', since)
    .where('attempts.status', 'in', ['completed', 'diverged', 'failed', 'cancelled'])
    .orderBy('attempts.finishedAt', 'desc')
    .limit(mostEnded)
    .execute();
  return rows.toReversed().map((row) => ({
    trialId: row.id,
    sweepId: row.sweepId,
    index: row.position,
    space: row.space,
    attempt: row.attempt,
    status: row.status as EndedTrial['status'],
    ...(row.error !== null && { error: row.error }),
    cost: row.cost,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt ?? since,
  }));
}

export async function listLeased(engine: Engine, sweepId: number): Promise<readonly LeasedTrial[]> {
  const rows = await engine.db
    .selectFrom('trials')
    .innerJoin('attempts', (join) =>
      join.onRef('attempts.trialId', '=', 'trials.id').onRef('attempts.attempt', '=', 'trials.attempt'),
    )
    .leftJoin('epochs', (join) =>
      join
        .onRef('epochs.trialId', '=', 'trials.id')
        .onRef('epochs.attempt', '=', 'trials.attempt')
        .on('epochs.epoch', '=', (e) =>
          e
            .selectFrom('epochs as later')
            .select((l) => l.fn.max('later.epoch').as('last'))
            .whereRef('later.trialId', '=', 'trials.id')
            .whereRef('later.attempt', '=', 'trials.attempt'),
        ),
    )
    .select(['trials.id', 'trials.position', 'trials.space', 'trials.recipe', 'trials.cost'])
    .select(['attempts.attempt', 'attempts.owner', 'attempts.startedAt', 'epochs.record'])
    .select(
      sql<number>`case when ${sql.ref('trials.leasedUntil')} < ${engine.now} then 1 else 0 end`.as('overdue'),
    )
    .where('trials.sweepId', '=', sweepId)
    .where('trials.status', '=', 'leased')
    .orderBy('attempts.startedAt')
    .execute();
  return rows.map((row) => ({
    trialId: row.id,
    index: row.position,
    space: row.space,
    recipe: JSON.parse(row.recipe) as LeasedTrial['recipe'],
    cost: row.cost,
    attempt: row.attempt,
    owner: row.owner,
    startedAt: row.startedAt,
    overdue: row.overdue === 1,
    ...(row.record !== null && { lastEpoch: JSON.parse(row.record) as EpochRecord }),
  }));
}

/** By name. */
export async function listSpaces(engine: Engine, sweepId: number): Promise<readonly string[]> {
  const rows = await engine.db
    .selectFrom('trials')
    .select('space')
    .distinct()
    .where('sweepId', '=', sweepId)
    .execute();
  return rows.map(({ space }) => space).toSorted();
}

/** Reads an index alone: neither networks nor curves. */
export async function listOutcomes(engine: Engine, sweepId: number): Promise<readonly TrialOutcome[]> {
  const rows = await engine.db
    .selectFrom('trials')
    .select(['space', 'status', 'error'])
    .where('sweepId', '=', sweepId)
    .where('status', 'in', ['completed', 'diverged', 'failed'])
    .execute();
  return rows.map(({ space, status, error }) => ({
    space,
    error: status === 'completed' && error !== null ? error : null,
  }));
}
