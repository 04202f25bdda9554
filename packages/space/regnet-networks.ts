/** How many distinct networks a regnet has, once widths are made to fit their groups: different widths may then become the same. */
import { valuesOf } from './dimensions.ts';
import type { Firsts, RegNetFamily } from './regnet-size.ts';
import type { Space } from './space.ts';
import { groupDimension, stageMaker } from './stages.ts';

export function countRegNetNetworks(space: Space, families: readonly RegNetFamily[]): bigint {
  // Unions of families are asked for again by other ratios and groups.
  const sizes = new Map<string, number>();
  const sizeOf = (members: readonly number[]): number => {
    const key = members.join();
    let size = sizes.get(key);
    if (size === undefined) sizes.set(key, (size = sizeOfUnion(members.flatMap((i) => families[i] ?? []))));
    return size;
  };
  let total = 0;
  for (const members of madeAlike(space, families)) total += sizeOf(members);
  return BigInt(total);
}

/** Families, by their place, that some ratio and groups make the same widths and groups of. */
function madeAlike(space: Space, families: readonly RegNetFamily[]): Iterable<readonly number[]> {
  const make = stageMaker(space);
  const alike = new Map<string, number[]>();
  for (const bottleneckRatio of valuesOf(space.dimensions, 'bottleneckRatio').values)
    for (const group of valuesOf(space.dimensions, groupDimension(space)).values)
      for (const [place, { widths }] of families.entries()) {
        const stages = widths.map((width) => make({ depth: 1, width, bottleneckRatio, group }, 0));
        const key = `${bottleneckRatio}|${stages.map(({ width, groupWidth }) => `${width}x${groupWidth}`).join()}`;
        const known = alike.get(key);
        if (!known) alike.set(key, [place]);
        else if (known.at(-1) !== place && !known.includes(place)) known.push(place);
      }
  return alike.values();
}

/** Distinct depths: of two families with the same first blocks, the depths of one's last stage are among the other's. */
function sizeOfUnion([first, ...others]: readonly RegNetFamily[]): number {
  const union = others.length === 0 ? first?.ways : new Map<Firsts, number>(first?.ways);
  for (const { ways } of others)
    for (const [firsts, depths] of ways) if ((union?.get(firsts) ?? 0) < depths) union?.set(firsts, depths);
  let size = 0;
  for (const depths of union?.values() ?? []) size += depths;
  return size;
}
