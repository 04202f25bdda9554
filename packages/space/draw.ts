/** Draws points of a space and makes networks of them. */
import { adjustStage } from '@netspace/network/compatibility';
import type { Network, Stage } from '@netspace/network/network';
import { quantizeWidths } from '@netspace/network/quantize';
import { drawer } from '@netspace/stats/distribution';
import type { Random } from '@netspace/stats/random';
import { makeChain, type MayFollow } from './chain.ts';
import { hasGroups, valuesOf, type Dimensions } from './dimensions.ts';
import { formOf, type StageDimension } from './rule.ts';
import { SpaceError } from './source.ts';
import type { Space } from './space.ts';

export interface Draw {
  readonly network: Network;
  /** Of a regnet: depth, initialWidth, widthSlope, widthMultiplier, as drawn. */
  readonly generator?: Readonly<Record<string, number>>;
}

/** Nothing where a point makes no member: a RegNet that is not regular, or has another number of stages. */
export type DrawNetwork = (stream: Random) => Draw | undefined;

/** Prepares the space once; each call then draws one point. The rules hold by construction. */
export function drawerOf(space: Space): DrawNetwork {
  return space.generator === 'anynet' ? anynetDrawer(space) : regnetDrawer(space);
}

/** Stride of a stage's first block; stages count from 0. */
export function strideOf({ strides }: Space, stage: number): number {
  return typeof strides === 'number' ? strides : (strides[stage] ?? 1);
}

/** Which values may follow each other, by all rules that compare this dimension of neighbouring stages. */
export function orderOf(space: Space, dimension: StageDimension): MayFollow {
  const forms = space.rules.map(formOf).filter((form) => form.dimension === dimension);
  const last = space.stages.high - 1;
  return (before, after, stage) =>
    forms.every((form) => {
      if (form.form === 'shared') return before === after;
      if (form.exceptLast && stage === last) return true;
      return form.direction === 'up' ? after >= before : after <= before;
    });
}

/** Whether one value is drawn for all stages. */
export function isShared(space: Space, dimension: StageDimension): boolean {
  return space.rules.map(formOf).some((form) => form.form === 'shared' && form.dimension === dimension);
}

function anynetDrawer(space: Space): DrawNetwork {
  const length = space.stages.high;
  const chains = {
    depth: chainOf(space, 'depth', 'depth', length),
    width: chainOf(space, 'width', 'width', length),
    bottleneckRatio: chainOf(space, 'bottleneckRatio', 'bottleneckRatio', length),
    group: chainOf(space, 'group', groupDimension(space.dimensions), length),
  };
  return (stream) => {
    const depths = chains.depth(stream.fork('depth'));
    const widths = chains.width(stream.fork('width'));
    const ratios = chains.bottleneckRatio(stream.fork('bottleneckRatio'));
    const groups = chains.group(stream.fork('group'));
    const stages = depths.map((depth, i) =>
      makeStage(space, i, {
        depth,
        width: widths[i] ?? NaN,
        bottleneckRatio: ratios[i] ?? NaN,
        group: groups[i] ?? NaN,
      }),
    );
    return { network: networkOf(space, stages) };
  };
}

function chainOf(
  space: Space,
  rule: StageDimension,
  name: Parameters<typeof valuesOf>[1],
  length: number,
): (stream: Random) => number[] {
  const discrete = valuesOf(space.dimensions, name);
  if (isShared(space, rule)) {
    const draw = drawer(discrete);
    return (stream) => new Array<number>(length).fill(draw(stream));
  }
  const chain = makeChain(discrete, length, orderOf(space, rule));
  if (chain.acceptance === 0)
    throw new SpaceError(`space ${space.name} is empty: no values of ${name} keep its rules`);
  return chain.draw;
}

export interface DrawnStage {
  readonly depth: number;
  readonly width: number;
  readonly bottleneckRatio: number;
  /** Group width, or number of groups where the space draws that. */
  readonly group: number;
}

/** The stage of a network that a draw makes: its width and group width are made to fit each other. */
export function makeStage(space: Space, index: number, drawn: DrawnStage): Stage {
  const { depth, width, bottleneckRatio, group } = drawn;
  const stride = strideOf(space, index);
  if (!hasGroups(space.block)) return { depth, width, stride, bottleneckRatio: 1, groupWidth: 1 };
  const groupWidth =
    groupDimension(space.dimensions) === 'groups'
      ? Math.max(1, Math.floor(width / bottleneckRatio / group))
      : group;
  return adjustStage({ depth, width, stride, bottleneckRatio, groupWidth });
}

export function groupDimension(dimensions: Dimensions): 'groups' | 'groupWidth' {
  return dimensions.groups === undefined ? 'groupWidth' : 'groups';
}

function regnetDrawer(space: Space): DrawNetwork {
  const of = (name: Parameters<typeof valuesOf>[1]) => drawer(valuesOf(space.dimensions, name));
  const draws = {
    depth: of('depth'),
    initialWidth: of('initialWidth'),
    widthSlope: of('widthSlope'),
    widthMultiplier: of('widthMultiplier'),
    bottleneckRatio: of('bottleneckRatio'),
    group: of(groupDimension(space.dimensions)),
  };
  return (stream) => {
    const generator = {
      depth: draws.depth(stream.fork('depth')),
      initialWidth: draws.initialWidth(stream.fork('initialWidth')),
      widthSlope: draws.widthSlope(stream.fork('widthSlope')),
      widthMultiplier: draws.widthMultiplier(stream.fork('widthMultiplier')),
    };
    const bottleneckRatio = draws.bottleneckRatio(stream.fork('bottleneckRatio'));
    const group = draws.group(stream.fork('group'));
    const { stages, regular } = quantizeWidths(generator);
    if (!regular || stages.length < space.stages.low || stages.length > space.stages.high) return undefined;
    const made = stages.map(({ depth, width }, i) =>
      makeStage(space, i, { depth, width, bottleneckRatio, group }),
    );
    if (!keepsDepthRules(space, made)) return undefined;
    return { network: networkOf(space, made), generator };
  };
}

function keepsDepthRules(space: Space, stages: readonly Stage[]): boolean {
  const mayFollow = orderOf(space, 'depth');
  return stages.every((stage, i) => i === 0 || mayFollow(stages[i - 1]?.depth ?? 0, stage.depth, i));
}

function networkOf({ stem, block, seRatio, head, activation }: Space, stages: readonly Stage[]): Network {
  return { stem, stages, block, seRatio, head, activation };
}
