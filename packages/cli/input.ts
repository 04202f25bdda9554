/** Reading what a command is given: files, standard input, numbers. */
import { existsSync, readFileSync, readSync } from 'node:fs';
import { parseNetworks } from '@netspace/network/interchange';
import type { Network } from '@netspace/network/network';
import { parseRange, type Range } from '@netspace/network/quantity';
import { suggest } from '@netspace/network/suggestion';
import { findModel, zoo } from '@netspace/network/zoo';
import { findSpace } from '@netspace/space/builtin';
import { parseSpace, type Space } from '@netspace/space/space';
import { UsageError } from './errors.ts';

export interface SourceText {
  readonly text: string;
  /** How errors name it: the file's path, or `standard input`. */
  readonly source: string;
}

/** A file's text, or standard input's for `-`. */
export function readSource(file: string): SourceText {
  if (file !== '-') return { text: readFileSync(file, 'utf8'), source: file };
  if (process.stdin.isTTY)
    throw new UsageError('nothing comes on standard input; name a file, or pipe networks into the command');
  return { text: readStandardInput(), source: 'standard input' };
}

/** Reads to the end; a pipe whose writer is slower than we are answers EAGAIN meanwhile. */
function readStandardInput(): string {
  const chunks: Buffer[] = [];
  const buffer = Buffer.alloc(1 << 16);
  for (;;)
    try {
      const length = readSync(0, buffer);
      if (length === 0) return Buffer.concat(chunks).toString('utf8');
      chunks.push(Buffer.from(buffer.subarray(0, length)));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return Buffer.concat(chunks).toString('utf8');
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
}

export interface NumberBounds {
  readonly least?: number;
  readonly most?: number;
  readonly whole?: boolean;
}

/** A parser for an option's value that names the option in its error. */
export function numberOption(option: string, bounds: NumberBounds = {}): (text: string) => number {
  const { least = -Infinity, most = Infinity, whole = false } = bounds;
  return (text) => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (Number.isFinite(value) && value >= least && value <= most && (!whole || Number.isSafeInteger(value)))
      return value;
    const kind = whole ? 'a whole number' : 'a number';
    const range = [
      Number.isFinite(least) ? ` of at least ${least}` : '',
      Number.isFinite(most) ? ` and at most ${most}` : '',
    ].join('');
    throw new UsageError(`--${option} ${text}: it must be ${kind}${range}`);
  };
}

/** A parser for lengths of time, in milliseconds. */
export function timeOption(option: string): (text: string) => number {
  return (text) => {
    const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text) ?? [];
    const seconds = Number(amount) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? NaN);
    if (seconds > 0) return seconds * 1000;
    throw new UsageError(`--${option} ${text}: it must be a time such as 90s, 30m, 12h or 2d`);
  };
}

/** A parser for ranges of quantities that names the option in its error. */
export function rangeOption(option: string): (text: string) => Range {
  return (text) => {
    try {
      return parseRange(text);
    } catch (error) {
      throw new UsageError(`--${option} ${text}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
}

/** Networks of a file, of standard input (`-`), or the published model of that name. */
export function readNetworks(reference: string): Network[] {
  if (reference !== '-' && !existsSync(reference) && zoo.some(({ name }) => name === reference)) {
    const { name, network } = findModel(reference);
    return [{ name, ...network }];
  }
  if (reference !== '-' && !existsSync(reference))
    throw new UsageError(
      `${reference}: there is no such file, and no published model of that name (see netspace zoo)${suggest(
        reference,
        zoo.map(({ name }) => name),
      )}`,
    );
  const { text, source } = readSource(reference);
  return parseNetworks(text, source);
}

/** A built-in space by name, or a declaration in a file. */
export function readSpace(reference: string): Space {
  if (!existsSync(reference)) {
    if (/[\\/]|\.(ya?ml|json)$/.test(reference)) return parseSpace(readSource(reference).text, reference);
    return findSpace(reference);
  }
  const { text, source } = readSource(reference);
  return parseSpace(text, source);
}
