/** A space with constraints added, as a declaration that extends it. */
import type { DimensionName, SpaceDeclaration } from '@netspace/space/declaration';
import { builtinSpaces } from '@netspace/space/builtin';
import { formatSpace, readSpace, type Space } from '@netspace/space/space';
import type { Distribution } from '@netspace/stats/distribution';
import type { Constraint } from './constraint.ts';

/** Null where a constraint cannot be declared, or would leave a dimension without values. */
export function refineSpace(space: Space, constraints: readonly Constraint[]): SpaceDeclaration | null {
  const dimensions: Partial<Record<DimensionName, Distribution>> = {};
  const rules: NonNullable<SpaceDeclaration['rules']> = [];
  for (const constraint of constraints) {
    if (constraint.kind === 'equal-line') return null;
    if (constraint.kind === 'rule') {
      const { rule, limit } = constraint;
      rules.push(limit === undefined ? rule : { rule, limit });
      continue;
    }
    const { dimension, low, high } = constraint;
    const known = dimensions[dimension] ?? space.dimensions[dimension];
    const narrowed = known && narrow(known, low ?? -Infinity, high ?? Infinity);
    if (!narrowed) return null;
    dimensions[dimension] = narrowed;
  }
  const base = isBuiltin(space) ? { extends: space.name } : formatSpace(space);
  const declaration: SpaceDeclaration = {
    ...base,
    name: `${space.name}-refined`.slice(0, 100),
    sentence: `${space.name}, refined by what its population shows.`,
    ...(Object.keys(dimensions).length > 0 && {
      dimensions: {
        ...('dimensions' in base ? base.dimensions : {}),
        ...dimensions,
      } as SpaceDeclaration['dimensions'],
    }),
    ...(rules.length > 0 && { rules: [...('rules' in base ? (base.rules ?? []) : []), ...rules] }),
  };
  return canBe(declaration) ? declaration : null;
}

/** A space of a plan may have a built-in's name and be another. */
function isBuiltin(space: Space): boolean {
  const text = JSON.stringify(formatSpace(space));
  return builtinSpaces().some((builtin) => JSON.stringify(formatSpace(builtin)) === text);
}

/** Some constraints leave no network, as flat lines of many stages. */
function canBe(declaration: SpaceDeclaration): boolean {
  try {
    readSpace(declaration, declaration.name ?? 'space');
    return true;
  } catch {
    return false;
  }
}

/** The distribution on the part of its values that lies in the range; undefined where none does. */
function narrow(distribution: Distribution, low: number, high: number): Distribution | undefined {
  if (distribution.kind === 'choice') {
    const values = distribution.values.filter((value) => value >= low && value <= high);
    return values.length === 0 ? undefined : { kind: 'choice', values };
  }
  const ends = { low: Math.max(distribution.low, low), high: Math.min(distribution.high, high) };
  return ends.low <= ends.high ? { ...distribution, ...ends } : undefined;
}
