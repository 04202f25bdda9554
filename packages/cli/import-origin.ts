/** Where imported trials came from: kept in the place of a plan, and hashed like one. */
import type { InputShape } from '@netspace/network/network';
import type { ColumnRule } from '@netspace/population/column-map';
import { createHash } from 'node:crypto';

export interface Origin {
  /** The file's name without its folder. */
  readonly file: string;
  /** Of the file's bytes, in hex. */
  readonly sha256: string;
  readonly format: string;
  /** What missing complexities were counted for. */
  readonly input: InputShape;
  /** The space of trials whose file does not name one. */
  readonly space?: string;
  /** How a table's columns were read. */
  readonly columns?: readonly ColumnRule[];
  /** The headline error that was chosen of several. */
  readonly errorKey?: string;
}

export function formatOrigin(origin: Origin): string {
  return JSON.stringify({ import: origin });
}

/** The origin of a sweep's trials; undefined where a plan was run. */
export function readOrigin(plan: string): Origin | undefined {
  return (JSON.parse(plan) as { readonly import?: Origin }).import;
}

/** SHA-256 in hex, equal for equal bytes that were read in the same way; the file's name does not count. */
export function originHash({ file: _file, ...rest }: Origin): string {
  const { sha256, format, space = '', input, columns, errorKey } = rest;
  const read: (string | number)[] = [format, sha256, space, input.resolution, input.channels, input.classes];
  // Only where there is a choice: what was imported before there were any keeps its hash.
  if (columns !== undefined || errorKey !== undefined) read.push(JSON.stringify([columns, errorKey]));
  return createHash('sha256')
    .update(`import ${read.join(' ')}`)
    .digest('hex');
}
