/** The exact size of a space, counted over stages and not one by one. Section 3.2, Table 1. */
import { hasGroups, valuesOf } from './dimensions.ts';
import { countRegNets } from './regnet-size.ts';
import type { StageDimension } from './rule.ts';
import { countSequences, isShared, relationsOf } from './sequence.ts';
import type { Space } from './space.ts';
import { groupDimension } from './stages.ts';

export interface SpaceSize {
  /** Free dimensions: with four stages 16 of AnyNetX A, 6 of RegNetX. */
  readonly dimensions: number;
  /**
   * Points that obey the rules: of an anynet all values of all stages, of a regnet those whose widths are regular. Widths that the
   * adjustment to groups makes equal are counted apart, as the paper does.
   */
  readonly points: bigint;
  /** Of a regnet: distinct depths, widths, bottleneck ratio and group width, as many points make the same; before the adjustment. */
  readonly networks?: bigint;
}

export function countSpace(space: Space): SpaceSize {
  return space.generator === 'anynet' ? countAnyNet(space) : countRegNet(space);
}

function countAnyNet(space: Space): SpaceSize {
  const stages = space.stages.high;
  let [dimensions, points] = [0, 1n];
  for (const dimension of stageDimensions(space)) {
    const name = dimension === 'group' ? groupDimension(space) : dimension;
    const count = valuesOf(space.dimensions, name).values.length;
    const shared = isShared(space.rules, dimension);
    if (count > 1) dimensions += shared ? 1 : stages;
    points *= shared ? BigInt(count) : countSequences(count, relationsOf(space.rules, dimension, stages));
  }
  return { dimensions, points };
}

function stageDimensions({ block }: Space): readonly StageDimension[] {
  return hasGroups(block) ? ['depth', 'width', 'bottleneckRatio', 'group'] : ['depth', 'width'];
}

function countRegNet(space: Space): SpaceSize {
  const { points, structures } = countRegNets(space);
  const names = [
    'depth',
    'initialWidth',
    'widthSlope',
    'widthMultiplier',
    'bottleneckRatio',
    groupDimension(space),
  ] as const;
  const counts = names.map((name) => valuesOf(space.dimensions, name).values.length);
  const [ratios = 1, groups = 1] = counts.slice(4);
  const variants = BigInt(ratios * groups);
  return {
    dimensions: counts.filter((count) => count > 1).length,
    points: points * variants,
    networks: structures * variants,
  };
}
