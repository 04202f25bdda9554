/**
 * The folder of a sweep's checkpoints: one file for each trial that has begun and not ended, beside the store.
 *
 * A file is named by plan and place in the plan, which determine what is trained, and not by attempt: the next attempt goes on
 * from it, whoever makes it.
 */
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Store, Sweep } from '@netspace/store/store';

export type PlannedSweep = Pick<Sweep, 'planHash'>;

/**
 * The folder that goes with a store: beside its file, or, for a database on a server, below the working folder, named by where
 * that is (`localhost-5432-lab.checkpoints`). Machines that share their working folder share the checkpoints. NETSPACE_CHECKPOINTS
 * names another one.
 */
export function checkpointFolder(location: string, environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment['NETSPACE_CHECKPOINTS'];
  if (chosen) return chosen;
  const address = /^[a-z]+:\/\/(?:[^@]*@)?(.*)$/i.exec(location)?.[1];
  if (address === undefined) return `${location}.checkpoints`;
  return resolve(`${address.replaceAll(/[^\w.]+/g, '-').replace(/^-/, '')}.checkpoints`);
}

/** `index` is a trial's place in its plan, from 0. */
export function checkpointPath(folder: string, sweep: PlannedSweep, index: number): string {
  return join(folder, `${prefixOf(sweep)}${index + 1}.checkpoint`);
}

export interface CheckpointFound {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
}

/** The checkpoint of one trial; undefined where there is none. */
export function findCheckpoint(
  folder: string,
  sweep: PlannedSweep,
  index: number,
): CheckpointFound | undefined {
  const path = checkpointPath(folder, sweep, index);
  const found = statSync(path, { throwIfNoEntry: false });
  return found && { path, bytes: found.size, writtenAt: found.mtimeMs };
}

/** A second name for the file of an ended training in another folder, under which nobody removes it. */
export function keepCheckpoint(path: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const kept = join(folder, basename(path));
  rmSync(kept, { force: true });
  try {
    linkSync(path, kept);
  } catch {
    // On another disk, or on one that has no links.
    copyFileSync(path, kept);
  }
}

/** Removes a checkpoint, and what a killed worker left of the next one. */
export function removeCheckpoint(path: string): void {
  for (const each of [path, `${path}.draft`]) if (existsSync(each)) rmSync(each, { force: true });
}

/** Removes the checkpoints of a sweep's trials but those that have still to be trained; the folder, when nothing is left in it. */
export async function tidyCheckpoints(folder: string, store: Store, sweep: Sweep): Promise<void> {
  if (listPaths(folder, sweep).length === 0) return removeCheckpoints(folder, sweep);
  const open = await store.trials(sweep.id, { statuses: ['planned', 'leased', 'lost'] });
  const kept = new Set(open.map(({ index }) => checkpointPath(folder, sweep, index)));
  removeAllBut(kept, folder, sweep);
}

/** Removes all checkpoints of a sweep that is no more. */
export function removeCheckpoints(folder: string, sweep: PlannedSweep): void {
  removeAllBut(new Set(), folder, sweep);
}

function removeAllBut(kept: ReadonlySet<string>, folder: string, sweep: PlannedSweep): void {
  for (const path of listPaths(folder, sweep)) if (!kept.has(path)) removeCheckpoint(path);
  try {
    rmdirSync(folder);
  } catch {
    // It holds something yet, or was never made.
  }
}

function listPaths(folder: string, sweep: PlannedSweep): string[] {
  const names = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
  const own = names.filter((name) => name.startsWith(prefixOf(sweep)));
  return [...new Set(own.map((name) => join(folder, name.replace(/\.draft$/, ''))))];
}

function prefixOf({ planHash }: PlannedSweep): string {
  return `${planHash.slice(0, 16)}-`;
}
