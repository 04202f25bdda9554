/**
 * Constraints that could refine a design space (Sections 3.2 and 3.3): what each demands of a network, and how it changes the space's declaration.
 *
 * Rules are those that spaces can name. Cuts are ranges of what the space draws, at the quartiles of the values that the population
 * shows: they are chosen by the parameters and never by the errors.
 */
import type { Network } from '@netspace/network/network';
import { innerWidth } from '@netspace/network/compatibility';
import { quantile } from '@netspace/stats/quantile';
import type { DimensionName } from '@netspace/space/declaration';
import { formOf, type RuleName } from '@netspace/space/rule';
import type { Space } from '@netspace/space/space';
import type { Measurement } from './measurement.ts';

export type Constraint =
  | { readonly kind: 'rule'; readonly rule: RuleName; readonly limit?: number }
  /** A dimension's values from `low` to `high`, one end of which is open: of the whole network, or of every stage. */
  | {
      readonly kind: 'range';
      readonly of: 'network' | 'stage';
      readonly dimension: DimensionName;
      readonly low?: number;
      readonly high?: number;
    }
  /** The two parameters of a regnet's line at most this ratio apart: near w0 = wa. No space can declare it. */
  | { readonly kind: 'equal-line'; readonly ratio: number };

/** A constraint and its opposite split a population in the same two parts; where no declaration says it, it has none. */
export interface Split {
  readonly constraint: Constraint;
  readonly opposite?: Constraint;
}

const anyNetRules = [
  'shared-bottleneck-ratio',
  'shared-group-width',
  'widths-do-not-decrease',
  'widths-do-not-increase',
  'depths-do-not-decrease',
  'depths-do-not-decrease-except-last',
  'depths-do-not-increase',
] as const satisfies readonly RuleName[];

/** What a regnet's widths leave to ask; they increase by themselves, and their fit error is rounding. */
const regNetRules = [
  'depths-do-not-decrease',
  'depths-do-not-decrease-except-last',
] as const satisfies readonly RuleName[];

type Generator = Space['generator'];

const dimensionsOf = {
  anynet: ['depth', 'width', 'bottleneckRatio', 'groupWidth'],
  regnet: ['depth', 'initialWidth', 'widthSlope', 'widthMultiplier', 'bottleneckRatio', 'groupWidth'],
} as const satisfies Record<Generator, readonly DimensionName[]>;

/** Every constraint worth asking about; one that all networks obey or none does is left out, and so is one that the space has. */
export function candidateSplits(
  members: readonly Measurement[],
  generator: Generator,
  space?: Space,
): Split[] {
  const names: readonly RuleName[] = generator === 'anynet' ? anyNetRules : regNetRules;
  const rules = names.map((rule): Split => ({ constraint: { kind: 'rule', rule } }));
  const dimensions = dimensionsOf[generator].filter(
    (dimension) => space === undefined || space.dimensions[dimension] !== undefined,
  );
  const cuts = dimensions.flatMap((dimension) =>
    generator === 'anynet' ? stageCuts(members, dimension) : networkCuts(members, dimension),
  );
  const others = generator === 'anynet' ? fitErrorLimits(members) : equalLines;
  const splits = [...rules, ...cuts, ...others].filter(({ constraint }) => {
    const inside = members.filter((member) => obeys(member, constraint)).length;
    return inside > 0 && inside < members.length;
  });
  return withoutTwins(splits, members);
}

/** Of constraints that the same networks obey the first: the data cannot tell them apart. */
function withoutTwins(splits: readonly Split[], members: readonly Measurement[]): Split[] {
  const seen = new Set<string>();
  return splits.filter(({ constraint }) => {
    const sides = members.map((member) => (obeys(member, constraint) ? '1' : '0')).join('');
    return seen.size < seen.add(sides).size;
  });
}

const equalLines: readonly Split[] = [1.25, 2].map((ratio) => ({
  constraint: { kind: 'equal-line', ratio },
}));

function fitErrorLimits(members: readonly Measurement[]): Split[] {
  const errors = members.map(({ fit }) => fit.fitError);
  const limits = quartiles(errors).map((value) => Number(value.toPrecision(2)));
  return [...new Set(limits)].map((limit) => ({
    constraint: { kind: 'rule', rule: 'fit-error-at-most', limit },
  }));
}

/** One value a network: at least a cut, or below it. */
function networkCuts(members: readonly Measurement[], dimension: DimensionName): Split[] {
  const values = members.map((member) => valuesOf(member, dimension, 'network'));
  if (values.some(({ length }) => length === 0)) return [];
  const range = { kind: 'range', of: 'network', dimension } as const;
  return cutsOf(values.flat()).map(({ below, above }) => ({
    constraint: { ...range, low: above },
    opposite: { ...range, high: below },
  }));
}

/** A value for each stage: all of them at least a cut, or all below it, are different questions. */
function stageCuts(members: readonly Measurement[], dimension: DimensionName): Split[] {
  const values = members.flatMap((member) => drawnValues(member, dimension));
  const range = { kind: 'range', of: 'stage', dimension } as const;
  return cutsOf(values).flatMap(({ below, above }): Split[] => [
    { constraint: { ...range, low: above } },
    { constraint: { ...range, high: below } },
  ]);
}

/** Of every stage; a group width that was cut to one group is none that a space draws. */
function drawnValues(member: Measurement, dimension: DimensionName): number[] {
  const values = valuesOf(member, dimension, 'stage');
  if (dimension !== 'groupWidth') return values;
  return values.filter((value, i) => {
    const stage = member.network.stages[i];
    return stage !== undefined && value !== innerWidth(stage);
  });
}

/** Neighbouring values on both sides of each quartile. */
function cutsOf(values: readonly number[]): { below: number; above: number }[] {
  const distinct = [...new Set(values)].toSorted((a, b) => a - b);
  const starts = quartiles(values).map((value) => distinct.findIndex((each) => each >= value));
  return [...new Set(starts.map((start) => Math.max(1, start)))].flatMap((start) => {
    const [below, above] = [distinct[start - 1], distinct[start]];
    return below === undefined || above === undefined ? [] : [{ below, above }];
  });
}

function quartiles(values: readonly number[]): number[] {
  return [0.25, 0.5, 0.75].map((share) => quantile(values, share));
}

/** Whether a network lies inside. */
export function obeys(member: Measurement, constraint: Constraint): boolean {
  if (constraint.kind === 'rule') return obeysRule(member, constraint.rule, constraint.limit);
  if (constraint.kind === 'equal-line') {
    const { initialWidth = NaN, widthSlope = NaN } = member.parameters;
    return Math.max(initialWidth / widthSlope, widthSlope / initialWidth) <= constraint.ratio;
  }
  const { dimension, of, low = -Infinity, high = Infinity } = constraint;
  const slack = 1e-9;
  return valuesOf(member, dimension, of, low).every(
    (value) => value >= low * (1 - slack) && value <= high * (1 + slack),
  );
}

function obeysRule(
  { network: { stages }, fit, parameters }: Measurement,
  rule: RuleName,
  limit = Infinity,
): boolean {
  const form = formOf({ name: rule, sentence: '' });
  if (form.form === 'limit') return fit.fitError <= limit;
  if (form.form === 'own') return true;
  if (form.form === 'slope') return parameters['initialWidth'] === parameters['widthSlope'];
  if (form.form === 'order') {
    const last = stages.length - (form.exceptLast ? 1 : 0);
    return stages.slice(1, last).every((stage, i) => {
      const before = stages[i]?.[form.dimension] ?? NaN;
      return form.direction === 'up' ? stage[form.dimension] >= before : stage[form.dimension] <= before;
    });
  }
  return form.dimension === 'group' ? sharesGroupWidth(stages) : sharesOne(stages, form.dimension);
}

function sharesOne(stages: Network['stages'], key: 'depth' | 'width' | 'bottleneckRatio'): boolean {
  return stages.every((stage) => stage[key] === stages[0]?.[key]);
}

/** A stage too narrow for the common group width has it cut to one group. */
function sharesGroupWidth(stages: Network['stages']): boolean {
  const widest = Math.max(...stages.map(({ groupWidth }) => groupWidth));
  return stages.every((stage) => stage.groupWidth === widest || stage.groupWidth === innerWidth(stage));
}

/**
 * The values of a dimension that a network shows. A stage's group width that was cut to one group could have been any larger one, so
 * it stands for `atLeast` where that is more. Empty where a network has no such value.
 */
function valuesOf(
  { network, parameters }: Measurement,
  dimension: DimensionName,
  of: 'network' | 'stage',
  atLeast = 0,
): number[] {
  if (of === 'network') {
    const value = parameters[dimension];
    return value === undefined ? [] : [value];
  }
  return network.stages.map((stage) => {
    if (dimension === 'groupWidth' && stage.groupWidth === innerWidth(stage))
      return Math.max(stage.groupWidth, atLeast);
    return stage[dimension as 'depth' | 'width' | 'bottleneckRatio' | 'groupWidth'];
  });
}
