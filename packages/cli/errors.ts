/** How a command ends: its exit code, and an error as one sentence without a stack trace, unless it is ours to mend. */

import { nearest } from '@netspace/network/suggestion';
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export const exitCodes = {
  ok: 0,
  error: 1,
  usage: 2,
  failedTrials: 3,
  interrupted: 130,
  terminated: 143,
} as const;

/** Tells an exit code other than 0: a sweep that finished with failed trials, for one. */
export type Finish = (code: number) => void;

/** The words of a command line that cannot be understood. */
export class UsageError extends Error {
  readonly code = 'USAGE';
}

/** The sentences for causes that the file system names by a code only. */
const systemCauses: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'this user may not read or write it',
  EPERM: 'this user may not do that',
  EROFS: 'it is on a file system that is read-only',
  ENOSPC: 'the disk is full; make room and run the command again: nothing completed is lost',
  EISDIR: 'it is a folder, not a file',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EEXIST: 'a part of its path is a file, not a folder',
};

/** Errors with a code of ours are a sentence already; others are defects of netspace and keep their stack. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return `netspace: ${String(error)}`;
  const { code, path } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string')
    return `netspace: this should not happen, please report it\n${error.stack ?? error.message}`;
  if (code === 'ERR_DLOPEN_FAILED' && /NODE_MODULE_VERSION/.test(error.message))
    return `netspace: better-sqlite3 was compiled for another Node than this one (${process.version}); run "node setup.mjs" in the clone, or "npm rebuild better-sqlite3" in your project, or use the Node of before`;
  const cause = systemCauses[code];
  if (cause === undefined) return `netspace: ${error.message}`;
  const where = path ?? 'a file';
  if (error instanceof Error && 'isWriting' in error)
    return `netspace: ${where} cannot be written: ${cause}; name another file`;
  return `netspace: ${where}: ${cause}${code === 'ENOENT' && path !== undefined ? hintFor(path) : ''}`;
}

/** The nearest name in the folder of a file that is not there. */
function hintFor(path: string): string {
  const near = nearest(basename(path), namesIn(dirname(path)));
  return near === undefined
    ? '; check the path, which counts from the working folder'
    : `; did you mean ${join(dirname(path), near)}?`;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
