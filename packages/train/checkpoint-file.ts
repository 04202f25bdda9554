/** A checkpoint in a file: after a crash it holds the old one or the new one, whole. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { CheckpointStore } from './checkpoint.ts';

/** A relative path counts from the working folder; the folder is made when it is missing. */
export function checkpointFile(path: string): CheckpointStore {
  const file = resolve(path);
  return {
    name: path,
    read: () => readIfThere(file),
    write(bytes) {
      mkdirSync(dirname(file), { recursive: true });
      // One name for all: what a kill leaves of a draft is gone with the next one.
      const draft = `${file}.draft`;
      try {
        writeThrough(draft, bytes);
        renameSync(draft, file);
      } finally {
        rmSync(draft, { force: true });
      }
      // The new name is on the disk only when the folder is.
      syncFolder(dirname(file));
    },
  };
}

function readIfThere(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function writeThrough(file: string, bytes: Uint8Array): void {
  const descriptor = openSync(file, 'w');
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
