/** Keeping trials that were trained elsewhere, as they ended there. */
import type { Trial, TrialStatus } from '@netspace/population/trial';
import type { Insertable } from 'kysely';
import type { Engine, Queries } from './engine.ts';
import type { NewSweep, Sweep } from './store.ts';
import { networkColumns } from './network-columns.ts';
import { insertSize, insertSweep } from './sweep-queries.ts';
import { type Tables, unknownNumber } from './tables.ts';

export function importSweep(
  engine: Engine,
  sweep: NewSweep,
  trials: Iterable<Trial> | AsyncIterable<Trial>,
): Promise<{ sweep: Sweep; added: boolean }> {
  return insertSweep(engine, sweep, trials, (db, sweepId, some, from) =>
    insertTrials(db, engine, sweepId, from, some),
  );
}

async function insertTrials(
  db: Queries,
  engine: Engine,
  sweepId: number,
  from: number,
  trials: readonly Trial[],
): Promise<void> {
  const rows = await db
    .insertInto('trials')
    .values(trials.map((trial, i) => trialRow(sweepId, from + i, trial)))
    .returning(['id', 'position'])
    .execute();
  // A database may return the rows in any order.
  const ids = new Map(rows.map(({ id, position }) => [position, id]));
  const begun = trials.flatMap((trial, i) => {
    const trialId = ids.get(from + i);
    return attempts(trial) === 0 || trialId === undefined ? [] : [{ trialId, trial }];
  });
  if (begun.length === 0) return;
  await db
    .insertInto('attempts')
    .values(begun.map(({ trialId, trial }) => attemptRow(engine, trialId, trial)))
    .execute();
  const epochs = begun.flatMap(({ trialId, trial }) => epochRows(trialId, trial));
  for (let first = 0; first < epochs.length; first += insertSize)
    await db
      .insertInto('epochs')
      .values(epochs.slice(first, first + insertSize))
      .execute();
}

/** What was trained elsewhere counts as one attempt. */
function attempts({ status }: Trial): 0 | 1 {
  return status === 'planned' ? 0 : 1;
}

/** Nobody of this store trains it: what was leased when it was written down is lost here. */
function statusOf({ status }: Trial): Exclude<TrialStatus, 'leased'> {
  return status === 'leased' ? 'lost' : status;
}

function trialRow(sweepId: number, position: number, trial: Trial): Insertable<Tables['trials']> {
  return {
    sweepId,
    position,
    space: trial.space,
    network: JSON.stringify(trial.network),
    ...networkColumns(trial.network),
    generator: json(trial.generator),
    flops: trial.flops ?? unknownNumber,
    params: trial.params ?? unknownNumber,
    activations: trial.activations ?? unknownNumber,
    recipe: JSON.stringify(trial.recipe ?? null),
    seed: trial.seed ?? unknownNumber,
    cost: 0,
    status: statusOf(trial),
    attempt: attempts(trial),
    losses: 0,
    rung: 0,
    error: trial.error ?? null,
    bestError: trial.bestError ?? null,
    stopped: json(trial.stopped),
    fit: json(trial.fit),
  };
}

function attemptRow(engine: Engine, trialId: number, trial: Trial) {
  const status = statusOf(trial);
  return {
    trialId,
    attempt: attempts(trial),
    owner: 'import',
    status: status === 'planned' ? ('lost' as const) : status,
    reason: trial.reason ?? null,
    provenance: json(trial.provenance),
    evaluation: json(trial.evaluation),
    startedAt: engine.now,
    finishedAt: engine.now,
  };
}

function epochRows(trialId: number, trial: Trial): Insertable<Tables['epochs']>[] {
  return (trial.curve ?? []).map((record) => ({
    trialId,
    attempt: attempts(trial),
    epoch: record.epoch,
    record: JSON.stringify(record),
  }));
}

function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
