/** Membership in a space whose stages are drawn one by one. Section 3.2. */
import type { Network, Stage } from '@netspace/network/network';
import { hasGroups, list, valuesOf } from './dimensions.ts';
import { groupDimension, stageMaker } from './stages.ts';
import { matchingRatio, originsOf, type Origin } from './origin.ts';
import { formOf } from './rule.ts';
import { isShared, relationsOf, type Relation } from './sequence.ts';
import type { Space } from './space.ts';
import { brokenOrders, notAmong, type Violation } from './violation.ts';

/** The rules that the stages of a network break. */
export function anyNetViolations(space: Space): (network: Network) => Violation[] {
  const depths = valuesOf(space.dimensions, 'depth').values;
  const widths = valuesOf(space.dimensions, 'width').values;
  const ratios = valuesOf(space.dimensions, 'bottleneckRatio').values;
  const groups = valuesOf(space.dimensions, groupDimension(space)).values;
  const grouped = hasGroups(space.block);
  const make = stageMaker(space);
  return ({ stages }) => {
    const plain = stages.map((stage) => plainStage(stage, grouped, ratios));
    const apart = plain.flatMap((stage, i): Violation[] => [
      ...(depths.includes(stage.depth)
        ? []
        : [notAmong('depth', `stage ${i + 1}: depth`, stage.depth, depths)]),
      ...(ratios.includes(stage.bottleneckRatio)
        ? []
        : [notAmong('bottleneckRatio', `stage ${i + 1}: bottleneck ratio`, stage.bottleneckRatio, ratios)]),
    ]);
    const origins = plain.map((stage) => originsOf(make, stage, widths, groups));
    const unreached = plain.flatMap((stage, i): Violation[] => {
      if (!ratios.includes(stage.bottleneckRatio) || (origins[i] ?? []).length > 0) return [];
      return [describeUnreached(space, stage, i, widths, groups)];
    });
    const ordered = brokenOrders(plain, space.rules).filter(({ rule }) => rule.startsWith('depth'));
    return [
      ...apart,
      ...unreached,
      ...ordered,
      ...sharingViolations(space, plain, origins),
      ...widthViolations(space, plain, origins),
    ];
  };
}

/** Blocks without groups have stages that differ in depth and width alone. */
function plainStage(stage: Stage, grouped: boolean, ratios: readonly number[]): Stage {
  if (!grouped) return { ...stage, bottleneckRatio: 1, groupWidth: 1 };
  return { ...stage, bottleneckRatio: matchingRatio(stage.bottleneckRatio, ratios) ?? stage.bottleneckRatio };
}

function describeUnreached(
  space: Space,
  stage: Stage,
  index: number,
  widths: readonly number[],
  groups: readonly number[],
): Violation {
  const { width, groupWidth, bottleneckRatio } = stage;
  const allowed = `widths ${list(widths)} and ${groupDimension(space) === 'groups' ? 'groups' : 'group widths'} ${list(groups)}`;
  if (!hasGroups(space.block)) return notAmong('width', `stage ${index + 1}: width`, width, widths);
  // Blame the group width where the width alone could be had, with another one.
  const rule = widths.includes(width) ? groupDimension(space) : 'width';
  return {
    rule,
    message: `stage ${index + 1}: width ${width} with group width ${groupWidth} and bottleneck ratio ${bottleneckRatio} is made by none of ${allowed}`,
  };
}

function sharingViolations(
  space: Space,
  stages: readonly Stage[],
  origins: readonly Origin[][],
): Violation[] {
  const violations: Violation[] = [];
  const compare = (rule: string, what: string, values: readonly number[]) => {
    if (new Set(values).size > 1)
      violations.push({
        rule,
        message: `stages 1 to ${values.length} have ${what} ${values.join(', ')}; they must be equal`,
      });
  };
  for (const rule of space.rules) {
    const form = formOf(rule);
    if (form.form !== 'shared') continue;
    if (form.dimension === 'depth')
      compare(
        rule.name,
        'depths',
        stages.map(({ depth }) => depth),
      );
    if (form.dimension === 'bottleneckRatio')
      compare(
        rule.name,
        'bottleneck ratios',
        stages.map(({ bottleneckRatio }) => bottleneckRatio),
      );
    if (
      form.dimension === 'group' &&
      origins.every((each) => each.length > 0) &&
      commonGroups(origins).length === 0
    )
      violations.push({
        rule: rule.name,
        message: `stages 1 to ${stages.length} have group widths ${stages.map(({ groupWidth }) => groupWidth).join(', ')}, which no one ${groupDimension(space) === 'groups' ? 'number of groups' : 'group width'} makes at their widths`,
      });
  }
  return violations;
}

function commonGroups(origins: readonly Origin[][]): number[] {
  const [first = [], ...rest] = origins;
  const groups = [...new Set(first.map(({ group }) => group))];
  return groups.filter((group) => rest.every((each) => each.some((origin) => origin.group === group)));
}

/** Rules about widths hold for what was drawn: some origins of the stages must obey them, with one group where that is shared. */
function widthViolations(space: Space, stages: readonly Stage[], origins: readonly Origin[][]): Violation[] {
  const rules = space.rules.filter((rule) => {
    const form = formOf(rule);
    return (form.form === 'shared' || form.form === 'order') && form.dimension === 'width';
  });
  if (rules.length === 0 || origins.some((each) => each.length === 0)) return [];
  const shared = isShared(space.rules, 'width');
  const relations = relationsOf(space.rules, 'width', stages.length).map(({ up, down }) => ({
    up: up || shared,
    down: down || shared,
  }));
  const common = isShared(space.rules, 'group') ? commonGroups(origins) : [];
  const choices =
    common.length > 0
      ? common.map((group) => origins.map((each) => each.filter((origin) => origin.group === group)))
      : [origins];
  if (
    choices.some((choice) =>
      hasSequence(
        choice.map((each) => each.map(({ width }) => width)),
        relations,
      ),
    )
  )
    return [];
  const broken = brokenOrders(stages, space.rules).filter(({ rule }) => rule.startsWith('width'));
  if (broken.length > 0) return broken;
  return rules.map(({ name, sentence }) => ({
    rule: name,
    message: `no widths that make ${stages.map(({ width }) => width).join(', ')} obey: ${sentence}`,
  }));
}

/** Whether a value can be taken from each set so that all neighbours stand in their relation. */
function hasSequence(sets: readonly (readonly number[])[], relations: readonly Relation[]): boolean {
  const [first = [], ...rest] = sets;
  let reached: readonly number[] = first;
  rest.forEach((set, i) => {
    const { up = false, down = false } = relations[i] ?? {};
    const low = up ? Math.min(...reached) : -Infinity;
    const high = down ? Math.max(...reached) : Infinity;
    reached = set.filter((value) => (up && down ? reached.includes(value) : value >= low && value <= high));
  });
  return reached.length > 0;
}
