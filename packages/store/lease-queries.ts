/** Leasing trials and ending attempts: every write checks its fence. */
import type { EpochRecord, TrialStatus } from '@netspace/population/trial';
import { sql, type RawBuilder, type Updateable } from 'kysely';
import type { Engine, Queries } from './engine.ts';
import type {
  AttemptStatus,
  Fence,
  HeldLease,
  Lease,
  LeaseTerms,
  Shard,
  LostAttempt,
  Outcome,
  RecoveryTerms,
} from './store.ts';
import { inShard, type Tables } from './tables.ts';
import { readTrial, selectTrials } from './trial-rows.ts';

type TrialChanges = Updateable<Tables['trials']>;
type AttemptChanges = Updateable<Tables['attempts']>;

export async function leaseTrial(
  engine: Engine,
  sweepId: number,
  terms: LeaseTerms,
): Promise<Lease | undefined> {
  return engine.db.transaction().execute(async (db) => {
    const next = await leasable(db, sweepId, terms.shard)
      .orderBy('cost', 'desc')
      .orderBy('position')
      .limit(1)
      .$if(engine.locksRows, (query) => query.forUpdate().skipLocked())
      .executeTakeFirst();
    return next && beginAttempt(db, engine, next.id, terms);
  });
}

/** Whether a trial could be leased now: one look into the index, however many trials there are. */
export async function hasWork(db: Queries, sweepId: number, shard?: Shard): Promise<boolean> {
  return (await leasable(db, sweepId, shard).limit(1).executeTakeFirst()) !== undefined;
}

function leasable(db: Queries, sweepId: number, shard: Shard | undefined) {
  return db
    .selectFrom('trials')
    .select('id')
    .where('sweepId', '=', sweepId)
    .where('status', '=', 'planned')
    .where('waitingAt', 'is', null)
    .$if(shard !== undefined, (query) => query.where(inShard(shard)));
}

async function beginAttempt(db: Queries, engine: Engine, trialId: number, terms: LeaseTerms): Promise<Lease> {
  const { owner, milliseconds } = terms;
  const { attempt } = await db
    .updateTable('trials')
    .set((e) => ({
      status: 'leased',
      owner,
      attempt: e('attempt', '+', 1),
      leasedUntil: until(engine, milliseconds),
    }))
    .where('id', '=', trialId)
    .returning('attempt')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('attempts')
    .values({ trialId, attempt, owner, status: 'leased', startedAt: engine.now })
    .execute();
  const row = await selectTrials(db).where('trials.id', '=', trialId).executeTakeFirstOrThrow();
  return { trialId, attempt, owner, trial: readTrial(row) };
}

export async function renewLeases(
  engine: Engine,
  fences: readonly Fence[],
  milliseconds: number,
): Promise<readonly Fence[]> {
  if (fences.length === 0) return [];
  return engine.db.transaction().execute(async (db) => {
    const stale: Fence[] = [];
    for (const fence of fences)
      if (!(await updateHeld(db, fence, { leasedUntil: until(engine, milliseconds) }))) stale.push(fence);
    return stale;
  });
}

export async function listLeases(engine: Engine, sweepId: number): Promise<readonly HeldLease[]> {
  const rows = await engine.db
    .selectFrom('trials')
    .select(['id', 'attempt', 'owner', 'leasedUntil', engine.now.as('now')])
    .where('sweepId', '=', sweepId)
    .where('status', '=', 'leased')
    .execute();
  return rows.map(({ id, attempt, owner, leasedUntil, now }) => {
    const end = leasedUntil ?? 0;
    return { trialId: id, attempt, owner: owner ?? '', until: end, hasRunOut: end < now };
  });
}

export async function recoverTrials(
  engine: Engine,
  { gone, maxAttempts }: RecoveryTerms,
): Promise<readonly LostAttempt[]> {
  // Mostly there is nothing, and that takes no lock.
  if (gone.length === 0) return [];
  return engine.db.transaction().execute(async (db) => {
    const lost: LostAttempt[] = [];
    for (const lease of gone) {
      const each = await loseHeld(db, engine, fenceOf(lease), lease.reason, maxAttempts, lease.until);
      if (each) lost.push(each);
    }
    return lost;
  });
}

export async function loseTrial(
  engine: Engine,
  fence: Fence,
  reason: string,
  maxAttempts: number,
): Promise<LostAttempt | undefined> {
  return engine.db.transaction().execute((db) => loseHeld(db, engine, fence, reason, maxAttempts));
}

function fenceOf({ trialId, attempt, owner }: Fence): Fence {
  return { trialId, attempt, owner };
}

/** `seenUntil`: only while the lease is as it was seen. */
async function loseHeld(
  db: Queries,
  engine: Engine,
  fence: Fence,
  reason: string,
  maxAttempts: number,
  seenUntil?: number,
): Promise<LostAttempt | undefined> {
  const row = await db
    .selectFrom('trials')
    .select(['losses', 'position'])
    .where('id', '=', fence.trialId)
    .$if(seenUntil !== undefined, (query) => query.where('leasedUntil', '=', seenUntil ?? 0))
    // A trial that is being renewed or ended just now is not lost.
    .$if(seenUntil !== undefined && engine.locksRows, (query) => query.forUpdate().skipLocked())
    .executeTakeFirst();
  if (!row) return undefined;
  const losses = (await cameFurther(db, fence)) ? 1 : row.losses + 1;
  const again = losses < maxAttempts;
  const status = again ? 'planned' : 'failed';
  const why = again ? reason : `lost ${losses} times without coming further, at last: ${reason}`;
  if (!(await endHeld(db, engine, fence, { status, losses }, { status: 'lost', reason: why })))
    return undefined;
  return { ...fence, index: row.position, reason: why, again };
}

/** Whether an attempt came to an epoch that none had come to before it. */
async function cameFurther(db: Queries, { trialId, attempt }: Fence): Promise<boolean> {
  const lastEpoch = async (which: '=' | '<'): Promise<number> => {
    const { epoch } = await db
      .selectFrom('epochs')
      .select((e) => e.fn.max<number | null>('epoch').as('epoch'))
      .where('trialId', '=', trialId)
      .where('attempt', which, attempt)
      .executeTakeFirstOrThrow();
    return epoch ?? 0;
  };
  return (await lastEpoch('=')) > (await lastEpoch('<'));
}

export async function releaseTrial(engine: Engine, fence: Fence, reason: string): Promise<boolean> {
  return engine.db
    .transaction()
    .execute((db) => endHeld(db, engine, fence, { status: 'planned' }, { status: 'released', reason }));
}

export async function finishTrial(engine: Engine, fence: Fence, outcome: Outcome): Promise<boolean> {
  const { status, error = null, bestError = null, stopped, fit } = outcome;
  const trial = {
    status,
    error,
    bestError,
    stopped: jsonOf(stopped),
    ...(fit && { fit: JSON.stringify(fit) }),
  };
  return engine.db
    .transaction()
    .execute((db) => endHeld(db, engine, fence, trial, { ...attemptOf(outcome), status }));
}

/** What is kept of an outcome with its attempt. */
export function attemptOf({ reason, provenance, evaluation }: Outcome): Omit<AttemptChanges, 'status'> {
  return { reason: reason ?? null, provenance: jsonOf(provenance), evaluation: jsonOf(evaluation) };
}

function jsonOf(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

export async function recordEpoch(engine: Engine, fence: Fence, epoch: EpochRecord): Promise<boolean> {
  // A loss that is not finite has no place in JSON; the trial's status says that it diverged.
  const record = JSON.stringify(epoch, (_key, value) =>
    Number.isFinite(value) || typeof value !== 'number' ? value : undefined,
  );
  return engine.db.transaction().execute(async (db) => {
    // Written though nothing changes: where rows are locked, the fence must hold until the epoch is in.
    if (!(await updateHeld(db, fence, { owner: fence.owner }))) return false;
    await db
      .insertInto('epochs')
      .values({ trialId: fence.trialId, attempt: fence.attempt, epoch: epoch.epoch, record })
      .onConflict((conflict) => conflict.columns(['trialId', 'attempt', 'epoch']).doUpdateSet({ record }))
      .execute();
    return true;
  });
}

/** Ends an attempt and changes its trial, while the fence holds. */
export async function endHeld(
  db: Queries,
  engine: Engine,
  fence: Fence,
  trial: TrialChanges & { status: TrialStatus },
  attempt: AttemptChanges & { status: AttemptStatus },
): Promise<boolean> {
  if (!(await updateHeld(db, fence, { ...trial, owner: null, leasedUntil: null }))) return false;
  await db
    .updateTable('attempts')
    .set({ ...attempt, finishedAt: engine.now })
    .where('trialId', '=', fence.trialId)
    .where('attempt', '=', fence.attempt)
    .execute();
  return true;
}

/** Changes a trial only while the fence holds. */
async function updateHeld(
  db: Queries,
  fence: Fence,
  changes: Omit<TrialChanges, 'leasedUntil'> & { leasedUntil?: number | null | RawBuilder<number> },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('trials')
    .set(changes)
    .where('id', '=', fence.trialId)
    .where('attempt', '=', fence.attempt)
    .where('owner', '=', fence.owner)
    .where('status', '=', 'leased')
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

function until(engine: Engine, milliseconds: number) {
  return sql<number>`${engine.now} + ${Math.round(milliseconds)}`;
}
