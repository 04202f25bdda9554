/** The built-in spaces, by name. */
import { suggest } from '@netspace/network/suggestion';
import { builtinDeclarations } from './builtin-declarations.ts';
import type { SpaceDeclaration } from './declaration.ts';
import { SpaceError } from './source.ts';
import { readSpace, type Space } from './space.ts';

const spaces = new Map<string, Space>();

/** All of them. Each is read when it is first asked for: to most commands their values and probabilities are none of their business. */
export function builtinSpaces(): readonly Space[] {
  return builtinDeclarations.map(spaceOf);
}

/** The space of that name; a SpaceError names the nearest there is. */
export function findSpace(name: string): Space {
  const space = findBuiltin(name);
  if (space !== undefined) return space;
  const names = builtinDeclarations.flatMap((each) => each.name ?? []);
  throw new SpaceError(`there is no space ${JSON.stringify(name)}${suggest(name, names)}`);
}

/** The same, or undefined where there is none. */
export function findBuiltin(name: string): Space | undefined {
  const declaration = builtinDeclarations.find((each) => each.name === name);
  return declaration && spaceOf(declaration);
}

/**
 * The space that a kept plan declares under a name: by the name of a built-in one, or written down. Where it declares none (null: its networks are
 * written down), the built-in one of that name; undefined where there is none either.
 */
export function findDeclared(name: string, declared: unknown): Space | undefined {
  if (typeof declared === 'string') return findSpace(declared);
  if (declared !== undefined && declared !== null) return readSpace(declared, `space ${name} of the plan`);
  return findBuiltin(name);
}

function spaceOf(declaration: SpaceDeclaration): Space {
  const { name = '' } = declaration;
  const space = spaces.get(name) ?? readSpace(declaration, `built-in space ${name}`);
  spaces.set(name, space);
  return space;
}
