/** The rules that narrow a space: predicates on a network, each with a name and a sentence. Sections 3.2 and 3.3. */
import { fitsWithin, fitWidths } from '@netspace/network/fit';
import type { Network } from '@netspace/network/network';

/** What a space draws for each stage; `group` is the group width, or the number of groups where a space draws that. */
export type StageDimension = 'depth' | 'width' | 'bottleneckRatio' | 'group';

export type RuleForm =
  /** One value for all stages, drawn once. */
  | { readonly form: 'shared'; readonly dimension: StageDimension }
  /** Each stage at least (`up`) or at most (`down`) the one before; `exceptLast` lets the last stage go free. */
  | {
      readonly form: 'order';
      readonly dimension: 'depth' | 'width';
      readonly direction: 'up' | 'down';
      readonly exceptLast: boolean;
    }
  /** A figure of the whole network that stays within the limit which a space writes down. */
  | {
      readonly form: 'limit';
      readonly isWithin: IsWithin;
      readonly measure: (network: Network) => number;
      readonly what: string;
    }
  /** The generator's wa is its w0, which must lie between the ends of the dimension widthSlope. */
  | { readonly form: 'slope' }
  /** Whatever a program says. */
  | { readonly form: 'own'; readonly broken: Broken };

/** Whether a network keeps to the limit of a rule. */
export type IsWithin = (network: Network, limit: number) => boolean;

/** Why a network breaks a rule, in words with its numbers; nothing where it obeys. */
export type Broken = (network: Network) => string | undefined;

/** Every rule that a space may name. */
export const rules = {
  'shared-depth': shared('depth', 'All stages have the same depth: d_i = d.'),
  'shared-width': shared('width', 'All stages have the same width: w_i = w.'),
  'shared-bottleneck-ratio': shared('bottleneckRatio', 'All stages share one bottleneck ratio: b_i = b.'),
  'shared-group-width': shared('group', 'All stages share one group width: g_i = g.'),
  'widths-do-not-decrease': order('width', 'up', 'No stage is narrower than the one before: w_{i+1} ≥ w_i.'),
  'widths-do-not-increase': order('width', 'down', 'No stage is wider than the one before: w_{i+1} ≤ w_i.'),
  'depths-do-not-decrease': order('depth', 'up', 'No stage is shallower than the one before: d_{i+1} ≥ d_i.'),
  'depths-do-not-increase': order('depth', 'down', 'No stage is deeper than the one before: d_{i+1} ≤ d_i.'),
  'depths-do-not-decrease-except-last': {
    form: { form: 'order', dimension: 'depth', direction: 'up', exceptLast: true },
    sentence: 'No stage is shallower than the one before, except the last, which may have any depth.',
  },
  'fit-error-at-most': {
    form: {
      form: 'limit',
      isWithin: (network: Network, limit: number): boolean => fitsWithin(network, limit),
      measure: (network: Network): number => fitWidths(network).fitError,
      what: 'fit error',
    },
    sentence: 'Quantized linear widths fit the network with an error of at most the limit: e_fit ≤ limit.',
  },
  'slope-is-initial-width': {
    form: { form: 'slope' },
    sentence: 'Linear widths rise by the initial width from block to block: wa = w0, so u_j = w0 (j + 1).',
  },
} as const satisfies Record<string, { readonly form: RuleForm; readonly sentence: string }>;

export type RuleName = keyof typeof rules;

export const ruleNames = Object.keys(rules) as [RuleName, ...RuleName[]];

/** A rule as a space carries it. */
export interface Rule {
  /** A known rule's, or any other for one with a predicate of its own. */
  readonly name: string;
  /** What it demands, for people. */
  readonly sentence: string;
  /** Of a rule with a limit. */
  readonly limit?: number;
  /** Makes it a rule of one's own, which no file can hold. */
  readonly broken?: Broken;
}

export function formOf({ name, broken }: Rule): RuleForm {
  if (broken) return { form: 'own', broken };
  const known = findRule(name);
  if (!known) throw new TypeError(`there is no rule ${name}, and it has no predicate of its own`);
  return known.form;
}

export function findRule(name: string): { readonly form: RuleForm; readonly sentence: string } | undefined {
  return Object.hasOwn(rules, name) ? rules[name as RuleName] : undefined;
}

/** Whether the slope of a regnet is not drawn but follows from the initial width. */
export function slopeIsInitialWidth(carried: readonly Rule[]): boolean {
  return carried.some((rule) => formOf(rule).form === 'slope');
}

/** The slopes that a regnet of this initial width may have, ascending: those of its dimension, or that one number. */
export function slopesFor(
  carried: readonly Rule[],
  initialWidth: number,
  slopes: readonly number[],
): readonly number[] {
  if (!slopeIsInitialWidth(carried)) return slopes;
  const [flattest = Infinity] = slopes;
  return initialWidth >= flattest && initialWidth <= (slopes.at(-1) ?? 0) ? [initialWidth] : [];
}

/** A rule on a whole network, as a predicate. */
export interface Predicate {
  readonly rule: string;
  /** Sooner known than why not. */
  readonly holds: (network: Network) => boolean;
  readonly broken: Broken;
}

/** The rules that say nothing of single stages: a sampler can only try whether a network obeys them. */
export function predicatesOf(carried: readonly Rule[]): Predicate[] {
  return carried.flatMap((rule): Predicate[] => {
    const form = formOf(rule);
    if (form.form === 'own') {
      const { broken } = form;
      return [{ rule: rule.name, holds: (network) => broken(network) === undefined, broken }];
    }
    if (form.form !== 'limit') return [];
    const { limit = Infinity } = rule;
    const holds = (network: Network): boolean => form.isWithin(network, limit);
    const broken = (network: Network): string | undefined =>
      holds(network)
        ? undefined
        : `the ${form.what} is ${Number(form.measure(network).toPrecision(4))}; the limit is ${limit}`;
    return [{ rule: rule.name, holds, broken }];
  });
}

function shared<D extends StageDimension>(dimension: D, sentence: string) {
  return { form: { form: 'shared', dimension }, sentence } as const;
}

function order<D extends 'depth' | 'width', U extends 'up' | 'down'>(
  dimension: D,
  direction: U,
  sentence: string,
) {
  return { form: { form: 'order', dimension, direction, exceptLast: false }, sentence } as const;
}
