/** Where imported trials came from: kept in the place of a plan, and hashed like one. */
import type { InputShape } from '@netspace/network/network';
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
  const { sha256, format, space = '', input } = rest;
  const read = [format, sha256, space, input.resolution, input.channels, input.classes];
  return createHash('sha256')
    .update(`import ${read.join(' ')}`)
    .digest('hex');
}
