/** A plan declared by a program: all that a file can say, and what no file can hold: rules and recipes as functions. */
import type { Rule } from '@netspace/space/rule';
import { formatSpace, type Space } from '@netspace/space/space';
import type { z } from 'zod';
import { parsePlan, type Plan } from './plan.ts';
import type { planSchema } from './plan-schema.ts';
import type { OwnDimension } from './recipe-dimensions.ts';

/** A plan as its file has it. */
export type PlanInput = z.input<typeof planSchema>;

/** A space and how many of its networks are trained; a space that a program made may have rules of its own. */
export type DeclaredShare = Omit<PlanInput['spaces'][number], 'space'> & {
  /** Left out where networks are written down (`members`). */
  readonly space?: string | Space | Readonly<Record<string, unknown>> | undefined;
};

/** The keys of a plan file. Each key of the recipe may be a value, a distribution or a list of values. */
export interface PlanDeclaration extends Omit<PlanInput, 'spaces' | 'data' | 'recipe'> {
  readonly spaces: readonly DeclaredShare[];
  readonly data: string | PlanInput['data'];
  readonly recipe?: string | Readonly<Record<string, unknown>>;
  /** Dimensions of one's own, drawn in this order after all others. */
  readonly ownDimensions?: Readonly<Record<string, OwnDimension>>;
}

/**
 * The plan, checked as a file would be; throws a PlanError. Rules and dimensions of one's own are known to the plan's hash by name and
 * sentence alone: who changes what one does gives it another name, or an older sweep is taken for this one.
 */
export function declarePlan({ ownDimensions = {}, spaces, ...rest }: PlanDeclaration): Plan {
  const own = spaces.map(({ space }) => ownRulesOf(space));
  const written = { ...rest, spaces: spaces.map(writeShare) };
  const plan = parsePlan(JSON.stringify(written, null, 2), rest.name);
  const names = Object.keys(ownDimensions);
  return {
    ...plan,
    sweep: {
      ...plan.sweep,
      spaces: plan.sweep.spaces.map((share, i) => ({ ...share, ...recordRules(own[i]) })),
      ...(names.length > 0 && { ownDimensions: names }),
    },
    spaces: plan.spaces.map((space, i) => space && { ...space, rules: [...space.rules, ...(own[i] ?? [])] }),
    ...(names.length > 0 && { ownDimensions }),
  };
}

/** What a program made by `findSpace`, `parseSpace` or `narrowSpace`, and not a declaration, whose rules are names. */
function isSpace(space: DeclaredShare['space']): space is Space {
  if (typeof space !== 'object' || !('stages' in space && 'sentence' in space)) return false;
  return Array.isArray(space.rules) && space.rules.every((rule) => Object.hasOwn(Object(rule), 'sentence'));
}

function ownRulesOf(space: DeclaredShare['space']): readonly Rule[] {
  return isSpace(space) ? space.rules.filter(({ broken }) => broken !== undefined) : [];
}

/** As a file would have it, without rules that no file can hold. */
function writeShare({ space, ...share }: DeclaredShare): object {
  if (!isSpace(space)) return { ...share, ...(space !== undefined && { space }) };
  const known = space.rules.filter(({ broken }) => broken === undefined);
  return { name: space.name, ...share, space: formatSpace({ ...space, rules: known }) };
}

function recordRules(own: readonly Rule[] = []) {
  return own.length > 0 && { ownRules: own.map(({ name, sentence }) => ({ name, sentence })) };
}
