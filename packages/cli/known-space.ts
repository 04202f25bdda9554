/** The space that the networks of a population were sampled from, as far as anybody knows it. */
import { findDeclared } from '@netspace/space/builtin';
import type { Space } from '@netspace/space/space';
import { readSpace } from './input.ts';

/** What was asked for, what the sweep was sampled from, or the built-in space of that name; undefined where none is known. */
export function spaceOf(
  name: string,
  asked: string | undefined,
  declared: Readonly<Record<string, unknown>> = {},
): Space | undefined {
  return asked === undefined ? findDeclared(name, declared[name]) : readSpace(asked);
}
