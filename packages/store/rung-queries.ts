/** Trials that wait at a rung, and how they go on from there. */
import type { TrialStop } from '@netspace/population/trial';
import { attemptOf, endHeld } from './lease-queries.ts';
import type { Engine, Queries } from './engine.ts';
import type { EpochError, Fence, Outcome, RungVerdict } from './store.ts';

export async function pauseTrial(
  engine: Engine,
  fence: Fence,
  outcome: Outcome & { readonly stopped: TrialStop },
): Promise<boolean> {
  const { error, bestError, stopped, fit } = outcome;
  const trial = {
    status: 'planned',
    waitingAt: stopped.epoch,
    waitingOutcome: JSON.stringify({ error, bestError, stopped }),
    ...(fit && { fit: JSON.stringify(fit) }),
  } as const;
  const reason = `waited at epoch ${stopped.epoch} for the others`;
  const attempt = { ...attemptOf(outcome), status: 'released', reason } as const;
  return engine.db.transaction().execute((db) => endHeld(db, engine, fence, trial, attempt));
}

export async function settleRung(
  engine: Engine,
  sweepId: number,
  { epoch, promoted, stopped }: RungVerdict,
): Promise<number> {
  return engine.db.transaction().execute(async (db) => {
    for (const id of promoted)
      await waitingAt(db, sweepId, epoch, id)
        .set({ rung: epoch, waitingAt: null, waitingOutcome: null })
        .execute();
    let ended = 0;
    for (const id of stopped) if (await endWaiting(db, engine, sweepId, epoch, id)) ended++;
    return ended;
  });
}

/** With the outcome that it waited with; its last attempt has come to that end, which is no longer that it was given back. */
async function endWaiting(
  db: Queries,
  engine: Engine,
  sweepId: number,
  epoch: number,
  id: number,
): Promise<boolean> {
  const row = await db
    .selectFrom('trials')
    .select(['waitingOutcome', 'attempt'])
    .where('id', '=', id)
    .where('status', '=', 'planned')
    .executeTakeFirst();
  const outcome: Pick<Outcome, 'error' | 'bestError' | 'stopped'> = JSON.parse(row?.waitingOutcome ?? '{}');
  const { numUpdatedRows } = await waitingAt(db, sweepId, epoch, id)
    .set({
      status: 'completed',
      error: outcome.error ?? null,
      bestError: outcome.bestError ?? null,
      stopped: JSON.stringify(outcome.stopped),
      waitingAt: null,
      waitingOutcome: null,
    })
    .executeTakeFirstOrThrow();
  if (numUpdatedRows !== 1n || !row) return false;
  await db
    .updateTable('attempts')
    .set({ status: 'completed', reason: null, finishedAt: engine.now })
    .where('trialId', '=', id)
    .where('attempt', '=', row.attempt)
    .execute();
  return true;
}

function waitingAt(db: Queries, sweepId: number, epoch: number, id: number) {
  return db
    .updateTable('trials')
    .where('id', '=', id)
    .where('sweepId', '=', sweepId)
    .where('status', '=', 'planned')
    .where('waitingAt', '=', epoch);
}

export async function errorsAt(db: Queries, sweepId: number, epoch: number): Promise<readonly EpochError[]> {
  const rows = await db
    .selectFrom('epochs')
    .innerJoin('trials', 'trials.id', 'epochs.trialId')
    .select(['epochs.trialId', 'epochs.record', 'trials.status', 'trials.stopped'])
    .where('trials.sweepId', '=', sweepId)
    .where('epochs.epoch', '=', epoch)
    .orderBy('trials.position')
    .orderBy('epochs.attempt')
    .execute();
  const errors = new Map<number, EpochError>();
  for (const { trialId, record, status, stopped } of rows) {
    const { validationError: error }: { validationError?: number } = JSON.parse(record);
    const whole = status === 'completed' && stopped === null;
    if (error !== undefined) errors.set(trialId, { trialId, whole, error });
  }
  return [...errors.values()];
}
