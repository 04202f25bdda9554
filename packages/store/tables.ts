/** The tables of a store, as Kysely sees them. JSON is kept as text, times are milliseconds since 1970. */
import type { TrialStatus } from '@netspace/population/trial';
import { sql, type Generated, type RawBuilder } from 'kysely';
import type { NetworkColumns } from './network-columns.ts';
import type { AttemptStatus, Shard } from './store.ts';

/** Stands for a complexity or a seed that an imported trial does not tell; every database holds it exactly, and nobody means it. */
export const unknownNumber = Number.MIN_SAFE_INTEGER;

export interface Tables {
  readonly sweeps: {
    id: Generated<number>;
    name: string;
    planHash: string;
    plan: string;
    createdAt: number;
  };
  readonly trials: {
    id: Generated<number>;
    sweepId: number;
    position: number;
    space: string;
    network: string;
    generator: string | null;
    flops: number;
    params: number;
    activations: number;
    recipe: string;
    seed: number;
    cost: number;
    status: TrialStatus;
    attempt: number;
    owner: string | null;
    leasedUntil: number | null;
    /** Attempts lost since the trial was planned or retried, or since one came further than all before it. */
    losses: number;
    error: number | null;
    bestError: number | null;
    stopped: string | null;
    /** The fit of its widths, found when it ended. */
    fit: string | null;
    /** Epoch of the last rung that it was promoted from; 0 for none. */
    rung: number;
    /** Epoch of the rung at which it waits, and, as JSON, how it ends if it is stopped there. */
    waitingAt: number | null;
    waitingOutcome: string | null;
  } & NetworkColumns;
  readonly attempts: {
    trialId: number;
    attempt: number;
    owner: string;
    status: AttemptStatus;
    reason: string | null;
    provenance: string | null;
    evaluation: string | null;
    startedAt: number;
    finishedAt: number | null;
  };
  readonly epochs: {
    trialId: number;
    attempt: number;
    epoch: number;
    record: string;
  };
  /** Tags are a JSON array of texts. */
  readonly sweepNotes: { sweepId: number; note: string; tags: string };
  readonly trialNotes: { trialId: number; note: string; tags: string };
  readonly storeVersion: { version: number };
}

/** Whether a trial is of a part of its sweep; of no part in particular, every one is. */
export function inShard({ remainder, parts }: Shard = { remainder: 0, parts: 1 }): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref('position')} % ${parts} = ${remainder}`;
}
