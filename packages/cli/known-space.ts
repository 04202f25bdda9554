/** The space that the networks of a population were sampled from, as far as anybody knows it. */
import { findBuiltin } from '@netspace/space/builtin';
import { readSpace as readDeclared, type Space } from '@netspace/space/space';
import { readSpace } from './input.ts';

/** What was asked for, what the sweep was sampled from, or the built-in space of that name; undefined where none is known. */
export function spaceOf(
  name: string,
  asked: string | undefined,
  declared: Readonly<Record<string, unknown>> = {},
): Space | undefined {
  if (asked !== undefined) return readSpace(asked);
  const own = declared[name];
  if (typeof own === 'string') return readSpace(own);
  if (own !== undefined) return readDeclared(own, `space ${name} of the plan`);
  return findBuiltin(name);
}
