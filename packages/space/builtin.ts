/** The built-in spaces, by name. */
import { suggest } from '@netspace/network/suggestion';
import { builtinDeclarations } from './builtin-declarations.ts';
import { SpaceError } from './source.ts';
import { readSpace, type Space } from './space.ts';

export const builtinSpaces: readonly Space[] = builtinDeclarations.map((declaration) =>
  readSpace(declaration, `built-in space ${declaration.name ?? ''}`),
);

/** The space of that name; a SpaceError names the nearest there is. */
export function findSpace(name: string): Space {
  const space = builtinSpaces.find((each) => each.name === name);
  if (space) return space;
  const names = builtinSpaces.map((each) => each.name);
  throw new SpaceError(`there is no space ${JSON.stringify(name)}${suggest(name, names)}`);
}
