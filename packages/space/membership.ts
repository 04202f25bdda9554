/**
 * Whether a network is in a space, however it came about, and which rules it breaks, with the stage and the numbers.
 *
 * Widths and group widths of a network are what is left of the drawn ones after they were made to fit each other; so a stage is a member
 * if some drawn values lead to it.
 */
import type { Network, Stage } from '@netspace/network/network';
import { dimensionsOf, hasGroups, valuesOf } from './dimensions.ts';
import { groupDimension, isShared, makeStage, orderOf, strideOf } from './draw.ts';
import { solveRegNet } from './regnet-solution.ts';
import { formOf, type Rule } from './rule.ts';
import type { Space } from './space.ts';

export interface Violation {
  readonly rule: string;
  /** Which stage, which numbers. */
  readonly message: string;
}

export interface Membership {
  readonly member: boolean;
  readonly violations: readonly Violation[];
}

export function checkMembership(network: Network, space: Space): Membership {
  const fixed = [...checkParts(network, space), ...checkStageCount(network, space)];
  const violations = fixed.some(({ rule }) => rule === 'stages' || rule === 'block')
    ? fixed
    : [
        ...fixed,
        ...(space.generator === 'anynet' ? checkAnyNet(network, space) : checkRegNet(network, space)),
      ];
  return { member: violations.length === 0, violations };
}

/** The parts that a space does not draw. */
function checkParts(network: Network, space: Space): Violation[] {
  const parts = [
    ['stem', `${network.stem.kind} of ${network.stem.width}`, `${space.stem.kind} of ${space.stem.width}`],
    ['block', network.block, space.block],
    ['seRatio', network.seRatio, space.seRatio],
    ['head', network.head.width, space.head.width],
    ['activation', network.activation, space.activation],
  ] as const;
  return parts
    .filter(([, has, wants]) => has !== wants)
    .map(([rule, has, wants]) => ({ rule, message: `${rule} is ${has}, the space has ${wants}` }));
}

function checkStageCount({ stages }: Network, { stages: { low, high } }: Space): Violation[] {
  if (stages.length >= low && stages.length <= high) return [];
  const wanted = low === high ? `${low}` : `${low} to ${high}`;
  return [{ rule: 'stages', message: `${stages.length} stages, the space has ${wanted}` }];
}

function checkAnyNet({ stages }: Network, space: Space): Violation[] {
  return [
    ...stages.flatMap((stage, i) => checkStage(stage, i, space)),
    ...space.rules.flatMap((rule) => checkRule(rule, stages, space)),
  ];
}

function checkStage(stage: Stage, index: number, space: Space): Violation[] {
  const where = `stage ${index + 1}`;
  const violations: Violation[] = [];
  const stride = strideOf(space, index);
  if (stage.stride !== stride)
    violations.push({
      rule: 'strides',
      message: `${where}: stride is ${stage.stride}, the space has ${stride}`,
    });
  if (!valuesOf(space.dimensions, 'depth').values.includes(stage.depth))
    violations.push({
      rule: 'depth',
      message: `${where}: depth ${stage.depth} is not among ${rangeOf(space, 'depth')}`,
    });
  if (
    hasGroups(space.block) &&
    !valuesOf(space.dimensions, 'bottleneckRatio').values.includes(stage.bottleneckRatio)
  )
    violations.push({
      rule: 'bottleneckRatio',
      message: `${where}: bottleneck ratio ${stage.bottleneckRatio} is not among ${rangeOf(space, 'bottleneckRatio')}`,
    });
  else if (origins(stage, index, space).length === 0)
    violations.push({
      rule: 'width',
      message: `${where}: width ${stage.width} in groups of ${stage.groupWidth} comes of no width (${rangeOf(space, 'width')}) and ${groupDimension(space.dimensions)} (${rangeOf(space, groupDimension(space.dimensions))}) of the space`,
    });
  return violations;
}

interface Origin {
  readonly width: number;
  readonly group: number;
}

/** The drawn widths and group widths that lead to a stage. */
function origins(stage: Stage, index: number, space: Space): Origin[] {
  const groups = hasGroups(space.block)
    ? valuesOf(space.dimensions, groupDimension(space.dimensions)).values
    : [1];
  const { depth, bottleneckRatio } = stage;
  return valuesOf(space.dimensions, 'width').values.flatMap((width) =>
    groups
      .filter((group) => {
        const made = makeStage(space, index, { depth, width, bottleneckRatio, group });
        return (
          made.width === stage.width && (made.groupWidth === stage.groupWidth || !hasGroups(space.block))
        );
      })
      .map((group) => ({ width, group })),
  );
}

function checkRule(rule: Rule, stages: readonly Stage[], space: Space): Violation[] {
  const form = formOf(rule);
  if (form.form === 'shared' && form.dimension === 'group') return checkSharedGroup(rule, stages, space);
  const valueOf = (stage: Stage) => stage[form.dimension === 'group' ? 'groupWidth' : form.dimension];
  if (form.dimension === 'width' && form.form === 'order') return checkWidthOrder(rule, stages, space);
  const mayFollow = orderOf({ ...space, rules: [rule] }, form.dimension);
  return stages.slice(1).flatMap((stage, i) => {
    const [before, after] = [valueOf(stages[i] ?? stage), valueOf(stage)];
    return mayFollow(before, after, i + 1) ? [] : [compared(rule, i + 1, form.dimension, before, after)];
  });
}

/** A narrow stage has its groups cut to its own width, so equal drawn group widths need not show. */
function checkSharedGroup(rule: Rule, stages: readonly Stage[], space: Space): Violation[] {
  if (!hasGroups(space.block)) return [];
  const sets = stages.map((stage, i) => new Set(origins(stage, i, space).map(({ group }) => group)));
  if (sets.some((set) => set.size === 0)) return [];
  const common = [...(sets[0] ?? [])].filter((group) => sets.every((set) => set.has(group)));
  if (common.length > 0) return [];
  return [
    {
      rule: rule.name,
      message: `group widths ${stages.map(({ groupWidth }) => groupWidth).join(', ')} come of no common one`,
    },
  ];
}

/** Some choice of drawn widths must keep the order: the least that may follow is taken each time. */
function checkWidthOrder(rule: Rule, stages: readonly Stage[], space: Space): Violation[] {
  const form = formOf(rule);
  const up = form.form === 'order' && form.direction === 'up';
  const compareAll = !isShared(space, 'group') && hasGroups(space.block);
  const last = form.form === 'order' && form.exceptLast ? stages.length - 1 : stages.length;
  let before = up ? -Infinity : Infinity;
  for (const [i, stage] of stages.entries()) {
    if (i >= last) break;
    const widths = compareAll ? origins(stage, i, space).map(({ width }) => width) : [stage.width];
    const fits = widths.filter((width) => (up ? width >= before : width <= before));
    if (fits.length === 0 && widths.length > 0)
      return [compared(rule, i, 'width', stages[i - 1]?.width ?? NaN, stage.width)];
    if (fits.length > 0) before = up ? Math.min(...fits) : Math.max(...fits);
  }
  return [];
}

function compared(rule: Rule, stage: number, dimension: string, before: number, after: number): Violation {
  const relation = after < before ? 'less than' : after > before ? 'more than' : 'the same as';
  return {
    rule: rule.name,
    message: `${dimension} of stage ${stage + 1} is ${after}, ${relation} the ${before} of stage ${stage}`,
  };
}

function checkRegNet({ stages }: Network, space: Space): Violation[] {
  const strides = stages.flatMap((stage, i) =>
    stage.stride === strideOf(space, i)
      ? []
      : [
          {
            rule: 'strides',
            message: `stage ${i + 1}: stride is ${stage.stride}, the space has ${strideOf(space, i)}`,
          },
        ],
  );
  const rules = space.rules.flatMap((rule) => checkRule(rule, stages, space));
  if (solveRegNet(stages, space) !== undefined) return [...strides, ...rules];
  const list = (key: 'depth' | 'width') => stages.map((stage) => stage[key]).join(', ');
  return [
    ...strides,
    ...rules,
    {
      rule: 'quantized-linear-widths',
      message: `no ${dimensionsOf('regnet', space.block).slice(0, 4).join(', ')} of the space give depths ${list('depth')} with widths ${list('width')}, bottleneck ratios ${stages.map((s) => s.bottleneckRatio).join(', ')} and group widths ${stages.map((s) => s.groupWidth).join(', ')}`,
    },
  ];
}

/** `1 to 16` or the list of few values. */
function rangeOf(space: Space, name: Parameters<typeof valuesOf>[1]): string {
  const { values } = valuesOf(space.dimensions, name);
  return values.length <= 8 ? values.join(', ') : `${values[0]} to ${values.at(-1)}`;
}
