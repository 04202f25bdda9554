/**
 * A training as bytes, taken between two epochs: with it, a training goes on as if it had never stopped.
 *
 * ```
 * netspace-checkpoint 1 SIZE SHA-256\n     size and checksum of all that follows
 * {"identity":…,"curve":…,"parts":…}\n     JSON
 * float32 values, little-endian, part after part
 * ```
 *
 * No state of a random stream is kept: order, augmentation and masks of an epoch are drawn from (seed, epoch).
 */
import { createHash } from 'node:crypto';
import type { EpochRecord } from '@netspace/population/trial';
import { findDifference, type TrainingIdentity } from './training-identity.ts';
import type { StatePart, TrainingState } from './training-state.ts';

export interface Checkpoint {
  readonly identity: TrainingIdentity;
  /** A record for each epoch that is done. */
  readonly curve: readonly EpochRecord[];
  readonly state: TrainingState;
}

/** Where a training keeps its checkpoint: a file, or a row of a store. */
export interface CheckpointStore {
  /** For messages: a path, for one. */
  readonly name: string;
  /** What was written last; undefined where there is nothing. */
  read(): Uint8Array | undefined;
  /** Replaces what was there, whole or not at all. */
  write(bytes: Uint8Array): void;
}

/** A checkpoint that was cut short or changed after it was written. Nothing of it can be used. */
export class CheckpointDamagedError extends Error {
  readonly code = 'CHECKPOINT_DAMAGED';
}

/** A sound checkpoint of another training, or something that is none at all. It is not replaced. */
export class CheckpointForeignError extends Error {
  readonly code = 'CHECKPOINT_FOREIGN';
}

const magic = 'netspace-checkpoint';
const format = '1';
const newline = 10;

interface Contents extends Omit<Checkpoint, 'state'> {
  readonly parts: readonly { readonly part: StatePart; readonly size: number }[];
}

export function encodeCheckpoint({ identity, curve, state }: Checkpoint): Uint8Array {
  const vectors = Object.entries(state) as [StatePart, Float32Array][];
  const parts = vectors.map(([part, { length }]) => ({ part, size: length }));
  const contents: Contents = { identity, curve, parts };
  const body = Buffer.concat([
    Buffer.from(`${JSON.stringify(contents)}\n`),
    ...vectors.map(([, { buffer, byteOffset, byteLength }]) => Buffer.from(buffer, byteOffset, byteLength)),
  ]);
  return Buffer.concat([Buffer.from(`${magic} ${format} ${body.length} ${checksumOf(body)}\n`), body]);
}

/** The checkpoint that a store holds for this very training, undefined where it holds none. */
export function readCheckpoint(store: CheckpointStore, identity: TrainingIdentity): Checkpoint | undefined {
  const bytes = store.read();
  if (bytes === undefined) return undefined;
  const checkpoint = decodeCheckpoint(bytes, store.name);
  const difference = findDifference(checkpoint.identity, identity);
  if (difference === undefined) return checkpoint;
  throw new CheckpointForeignError(
    `${store.name}: it is the checkpoint of another training, ${difference}; choose another file, or remove it to start anew`,
  );
}

function decodeCheckpoint(bytes: Uint8Array, name: string): Checkpoint {
  const body = Buffer.from(checkBody(bytes, name));
  const end = body.indexOf(newline);
  const { identity, curve, parts }: Contents = JSON.parse(body.toString('utf8', 0, end));
  let offset = end + 1;
  const vectors = parts.map(({ part, size }) => {
    const from = offset;
    offset += 4 * size;
    // A copy, since an array of float32 begins at a multiple of four bytes.
    return [part, new Float32Array(Uint8Array.from(body.subarray(from, offset)).buffer)] as const;
  });
  return { identity, curve, state: Object.fromEntries(vectors) as unknown as TrainingState };
}

/** The bytes behind the first line, once its size and checksum are found to be right. */
function checkBody(bytes: Uint8Array, name: string): Uint8Array {
  const end = bytes.indexOf(newline);
  const line = Buffer.from(bytes.subarray(0, end < 0 ? Math.min(bytes.length, 200) : end)).toString('latin1');
  const [word = '', version, size, checksum] = line.split(' ');
  if (!magic.startsWith(word) || (end >= 0 && word !== magic))
    throw new CheckpointForeignError(
      `${name}: it is not a checkpoint, and is not replaced; choose another file`,
    );
  if (end >= 0 && version !== format)
    throw new CheckpointForeignError(
      `${name}: it is a checkpoint of format ${version}, and this netspace reads format ${format}; choose another file`,
    );
  const body = bytes.subarray(end + 1);
  if (end < 0 || body.length < Number(size))
    throw new CheckpointDamagedError(
      `${name}: the checkpoint was cut short (${bytes.length} bytes are left)`,
    );
  if (body.length !== Number(size) || checksumOf(body) !== checksum)
    throw new CheckpointDamagedError(`${name}: the checkpoint was changed after it was written`);
  return body;
}

function checksumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
