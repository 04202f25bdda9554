/** How a space that extends another is made whole: dimensions replace inherited ones, rules add to them. */
import { suggest } from '@netspace/network/suggestion';
import type { Distribution } from '@netspace/stats/distribution';
import { builtinDeclarations } from './builtin-declarations.ts';
import type { DimensionName, SpaceDeclaration } from './declaration.ts';
import type { Dimensions } from './dimensions.ts';
import { rules as knownRules, type Rule, type RuleName } from './rule.ts';
import type { Fail } from './source.ts';

/** Base first, what extends it last. */
export function lineageOf(declaration: SpaceDeclaration, fail: Fail): readonly SpaceDeclaration[] {
  const lineage = [declaration];
  for (let base = declaration.extends; base !== undefined; base = lineage[0]?.extends) {
    if (lineage.some(({ name }) => name === base))
      throw fail(['extends'], `${base} extends itself; give the new space another name`);
    const found = builtinDeclarations.find(({ name }) => name === base);
    if (!found)
      throw fail(
        ['extends'],
        `there is no built-in space ${JSON.stringify(base)}${suggest(
          base,
          builtinDeclarations.map(({ name = '' }) => name),
        )}`,
      );
    lineage.unshift(found);
  }
  return lineage;
}

/** Inherited dimensions that the generator or the block has no use for are left behind; written ones are a mistake. */
export function mergeDimensions(
  lineage: readonly SpaceDeclaration[],
  used: readonly DimensionName[],
  fail: Fail,
): Dimensions {
  const merged: Partial<Record<DimensionName, Distribution>> = {};
  for (const declaration of lineage) {
    const written = declaration.dimensions ?? {};
    const own = declaration === lineage.at(-1);
    if (written.groupWidth !== undefined && written.groups !== undefined)
      throw fail(['dimensions', 'groups'], 'a space has groupWidth or groups, not both');
    if (written.groupWidth !== undefined) delete merged.groups;
    if (written.groups !== undefined) delete merged.groupWidth;
    for (const [name, dimension] of Object.entries(written) as [
      DimensionName,
      number | number[] | Distribution,
    ][]) {
      if (own && !used.includes(name))
        throw fail(
          ['dimensions', name],
          `this generator and block have no such dimension; they have ${used.join(', ')}`,
        );
      merged[name] = spellOut(dimension);
    }
  }
  return Object.fromEntries(used.flatMap((name) => (merged[name] ? [[name, merged[name]]] : [])));
}

function spellOut(dimension: number | number[] | Distribution): Distribution {
  if (typeof dimension === 'number') return { kind: 'choice', values: [dimension] };
  return Array.isArray(dimension) ? { kind: 'choice', values: dimension } : dimension;
}

/** Inherited rules first; a rule that is named again takes the new sentence and limit. */
export function mergeRules(lineage: readonly SpaceDeclaration[], fail: Fail): readonly Rule[] {
  const merged = new Map<string, Rule>();
  for (const declaration of lineage)
    (declaration.rules ?? []).forEach((written, i) => {
      const rule = readRule(typeof written === 'string' ? { rule: written } : written, (key, message) =>
        fail(['rules', i, ...key], message),
      );
      merged.set(rule.name, rule);
    });
  return [...merged.values()];
}

function readRule(
  {
    rule: name,
    limit,
    sentence,
  }: { rule: RuleName; limit?: number | undefined; sentence?: string | undefined },
  fail: (key: readonly string[], message: string) => Error,
): Rule {
  const { form, sentence: known } = knownRules[name];
  if (form.form === 'limit' && limit === undefined)
    throw fail([], `${name} needs a limit; write { rule: ${name}, limit: 0.05 }`);
  if (form.form !== 'limit' && limit !== undefined)
    throw fail(['limit'], `${name} takes no limit; leave it out`);
  return { name, sentence: sentence ?? known, ...(limit !== undefined && { limit }) };
}
