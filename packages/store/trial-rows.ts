/** Rows of the database as trials, attempts and learning curves. */
import type { EpochRecord } from '@netspace/population/trial';
import type { Selectable } from 'kysely';
import type { Queries } from './engine.ts';
import type { Attempt, StoredTrial } from './store.ts';
import { type Tables, unknownNumber } from './tables.ts';

type AttemptRow = Selectable<Tables['attempts']>;
type TrialRow = Selectable<Tables['trials']> & {
  [K in 'reason' | 'startedAt' | 'finishedAt']: AttemptRow[K] | null;
} & { [K in 'provenance' | 'evaluation']?: AttemptRow[K] | undefined };

/** Trials with what their last attempt tells; `brief` as `TrialQuery` has it. */
export function selectTrials(db: Queries, brief = false) {
  return db
    .selectFrom('trials')
    .leftJoin('attempts', (join) =>
      join.onRef('attempts.trialId', '=', 'trials.id').onRef('attempts.attempt', '=', 'trials.attempt'),
    )
    .selectAll('trials')
    .select(['attempts.reason', 'attempts.startedAt', 'attempts.finishedAt'])
    .$if(!brief, (query) => query.select(['attempts.provenance', 'attempts.evaluation']));
}

export function readTrial(row: TrialRow): StoredTrial {
  // What ended an earlier attempt says nothing of a trial that waits or runs.
  const ended = row.status !== 'planned' && row.status !== 'leased';
  return {
    id: row.id,
    sweepId: row.sweepId,
    index: row.position,
    space: row.space,
    network: JSON.parse(row.network),
    status: row.status,
    ...(row.error !== null && { error: row.error }),
    ...(row.bestError !== null && { bestError: row.bestError }),
    ...(row.stopped !== null && { stopped: JSON.parse(row.stopped) }),
    ...(ended && typeof row.evaluation === 'string' && { evaluation: JSON.parse(row.evaluation) }),
    ...(row.flops !== unknownNumber && { flops: row.flops }),
    ...(row.params !== unknownNumber && { params: row.params }),
    ...(row.activations !== unknownNumber && { activations: row.activations }),
    ...(row.recipe !== 'null' && { recipe: JSON.parse(row.recipe) }),
    ...(row.seed !== unknownNumber && { seed: row.seed }),
    ...(row.generator !== null && { generator: JSON.parse(row.generator) }),
    ...(row.fit !== null && { fit: JSON.parse(row.fit) }),
    ...(ended && row.reason !== null && { reason: row.reason }),
    ...(row.startedAt !== null && { startedAt: row.startedAt }),
    ...(ended && row.finishedAt !== null && { finishedAt: row.finishedAt }),
    ...(ended && typeof row.provenance === 'string' && { provenance: JSON.parse(row.provenance) }),
    cost: row.cost,
    attempt: row.attempt,
    rung: row.rung,
    ...(row.waitingAt !== null && { waitingAt: row.waitingAt }),
  };
}

export function readAttempt(row: AttemptRow, curve: readonly EpochRecord[]): Attempt {
  return {
    attempt: row.attempt,
    owner: row.owner,
    status: row.status,
    ...(row.reason !== null && { reason: row.reason }),
    startedAt: row.startedAt,
    ...(row.finishedAt !== null && { finishedAt: row.finishedAt }),
    ...(row.provenance !== null && { provenance: JSON.parse(row.provenance) }),
    ...(row.evaluation !== null && { evaluation: JSON.parse(row.evaluation) }),
    curve,
  };
}

/** Learning curves of trials, keyed by `curveKey`. */
export async function readCurves(
  db: Queries,
  trialIds: readonly number[],
): Promise<ReadonlyMap<string, readonly EpochRecord[]>> {
  const rows = await db
    .selectFrom('epochs')
    .selectAll()
    .where('trialId', 'in', trialIds)
    .orderBy('epoch')
    .execute();
  const curves = new Map<string, EpochRecord[]>();
  for (const row of rows) {
    const key = curveKey(row.trialId, row.attempt);
    const curve = curves.get(key) ?? [];
    curve.push(JSON.parse(row.record));
    curves.set(key, curve);
  }
  return curves;
}

export function curveKey(trialId: number, attempt: number): string {
  return `${trialId}/${attempt}`;
}
