/** Takes a training up where its checkpoint left it, and keeps the checkpoint up to date. */
import type { EpochRecord } from '@netspace/population/trial';
import {
  CheckpointDamagedError,
  encodeCheckpoint,
  readCheckpoint,
  type Checkpoint,
  type CheckpointStore,
} from './checkpoint.ts';
import type { Trainer } from './trainer.ts';
import type { TrainingIdentity } from './training-identity.ts';

export interface ResumptionOptions {
  /** Written at the end of each epoch. What it holds when the training begins is gone on with, to the same bits. */
  readonly checkpoint?: CheckpointStore;
  /** Told what was found of a checkpoint. A damaged one is left aside, and the training begins anew. */
  readonly onCheckpoint?: (finding: CheckpointFinding) => void;
}

export type CheckpointFinding =
  /** `epoch` is the last one done. */
  | { readonly kind: 'resumed'; readonly epoch: number }
  | { readonly kind: 'damaged'; readonly reason: string };

export interface Resumption {
  /** The epochs that are done already, in a training that now has their state. */
  readonly curve: readonly EpochRecord[];
  save(curve: readonly EpochRecord[]): void;
}

/** `identify` is asked only where there is a checkpoint to keep. */
export function resume(
  trainer: Trainer,
  identify: () => TrainingIdentity,
  { checkpoint: store, onCheckpoint }: ResumptionOptions,
): Resumption {
  if (store === undefined) return { curve: [], save: () => {} };
  const identity = identify();
  const found = readUndamaged(store, identity, onCheckpoint);
  if (found !== undefined) {
    trainer.writeState(found.state);
    onCheckpoint?.({ kind: 'resumed', epoch: found.curve.length });
  }
  return {
    curve: found?.curve ?? [],
    save: (curve) => store.write(encodeCheckpoint({ identity, curve, state: trainer.readState() })),
  };
}

function readUndamaged(
  store: CheckpointStore,
  identity: TrainingIdentity,
  onCheckpoint: ResumptionOptions['onCheckpoint'],
): Checkpoint | undefined {
  try {
    return readCheckpoint(store, identity);
  } catch (error) {
    if (!(error instanceof CheckpointDamagedError)) throw error;
    onCheckpoint?.({ kind: 'damaged', reason: error.message });
    return undefined;
  }
}
