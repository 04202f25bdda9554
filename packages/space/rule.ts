/** The rules that narrow a space: predicates on the stages of a network, each with a name and a sentence. Section 3.2. */

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
    };

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
} as const satisfies Record<string, { readonly form: RuleForm; readonly sentence: string }>;

export type RuleName = keyof typeof rules;

export const ruleNames = Object.keys(rules) as [RuleName, ...RuleName[]];

/** A rule as a space carries it. */
export interface Rule {
  readonly name: RuleName;
  /** What it demands, for people. */
  readonly sentence: string;
}

export function formOf(rule: Rule): RuleForm {
  return rules[rule.name].form;
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
