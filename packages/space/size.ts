/** The size of a space: counted over stages and not one by one, or estimated where a rule asks for whole networks. Section 3.2, Table 1. */
import { random } from '@netspace/stats/random';
import { shareInterval } from '@netspace/stats/share';
import { countMadeStages } from './anynet-networks.ts';
import { hasGroups, valuesOf, type Dimensions } from './dimensions.ts';
import { drawerOf } from './draw.ts';
import { countRegNetNetworks } from './regnet-networks.ts';
import { countRegNets } from './regnet-size.ts';
import { formOf, predicatesOf, type StageDimension, slopeIsInitialWidth } from './rule.ts';
import { countSequences, isShared, relationsOf } from './sequence.ts';
import type { Space } from './space.ts';
import { groupDimension } from './stages.ts';

export interface SpaceSize {
  /** Free dimensions: with four stages 16 of AnyNetX A, 6 of RegNetX. */
  readonly dimensions: number;
  /**
   * Points that obey the rules: of an anynet all values of all stages, of a regnet those whose widths are regular. Widths that the
   * adjustment to groups makes equal are counted apart, as the paper does. Exact without an interval, else an estimate.
   */
  readonly points: bigint;
  /** Of an estimate. */
  readonly interval?: SizeInterval;
  /**
   * Distinct networks: many points make the same. Exact; absent where they are out of reach, as for an estimate, for one width in
   * all stages, or where widths are ordered while each stage has a ratio or group width of its own.
   */
  readonly networks?: bigint;
}

export interface SizeInterval {
  readonly low: bigint;
  readonly high: bigint;
  readonly confidence: number;
  /** Points that were drawn, all with the same probability, to see how many obey. */
  readonly draws: number;
}

/** Of an estimate. */
const CONFIDENCE = 0.95;
const DRAWS = 1000;
/** Points of a regnet's dimensions, of which few are RegNets. */
const MOST_TRIES = 1_000_000;

/** Rules on stages are counted exactly; what rules on whole networks leave is estimated from points drawn without them. */
export function countSpace(space: Space): SpaceSize {
  const predicates = predicatesOf(space.rules);
  if (predicates.length === 0) return space.generator === 'anynet' ? countAnyNet(space) : countRegNet(space);
  const rules = space.rules.filter((rule) => !['limit', 'own'].includes(formOf(rule).form));
  const { dimensions, points } = countSpace({ ...space, rules });
  const draw = drawerOf({ ...space, rules, dimensions: evenly(space.dimensions) });
  const stream = random('size');
  let [draws, members] = [0, 0];
  const mostTries = points === 0n ? 0 : MOST_TRIES;
  for (let tries = 0; tries < mostTries && draws < DRAWS; tries++) {
    const drawn = draw(stream);
    if (!drawn) continue;
    draws++;
    if (predicates.every(({ holds }) => holds(drawn.network))) members++;
  }
  const { low, high } = shareInterval(members, draws, CONFIDENCE);
  const interval = { low: portion(points, low), high: portion(points, high), confidence: CONFIDENCE, draws };
  return { dimensions, points: portion(points, draws === 0 ? 0 : members / draws), interval };
}

/** Each value with the same probability. */
function evenly(dimensions: Dimensions): Dimensions {
  const names = Object.keys(dimensions) as (keyof Dimensions)[];
  return Object.fromEntries(
    names.map((name) => [name, { kind: 'choice', values: valuesOf(dimensions, name).values }]),
  );
}

function portion(whole: bigint, share: number): bigint {
  return (whole * BigInt(Math.round(share * 2 ** 50))) / 2n ** 50n;
}

function countAnyNet(space: Space): SpaceSize {
  const stages = space.stages.high;
  let [dimensions, points] = [0, 1n];
  for (const dimension of stageDimensions(space)) {
    const name = dimension === 'group' ? groupDimension(space) : dimension;
    const count = valuesOf(space.dimensions, name).values.length;
    if (count > 1) dimensions += isShared(space.rules, dimension) ? 1 : stages;
    points *= countValues(space, dimension);
  }
  if (!hasGroups(space.block)) return { dimensions, points, networks: points };
  const made = countMadeStages(space);
  return {
    dimensions,
    points,
    ...(made !== undefined && { networks: made * countValues(space, 'depth') }),
  };
}

/** Values of a dimension for all stages, under the rules. */
function countValues(space: Space, dimension: StageDimension): bigint {
  const name = dimension === 'group' ? groupDimension(space) : dimension;
  const count = valuesOf(space.dimensions, name).values.length;
  if (isShared(space.rules, dimension)) return BigInt(count);
  return countSequences(count, relationsOf(space.rules, dimension, space.stages.high));
}

function stageDimensions({ block }: Space): readonly StageDimension[] {
  return hasGroups(block) ? ['depth', 'width', 'bottleneckRatio', 'group'] : ['depth', 'width'];
}

function countRegNet(space: Space): SpaceSize {
  const { points, families } = countRegNets(space);
  const names = [
    'depth',
    'initialWidth',
    'widthSlope',
    'widthMultiplier',
    'bottleneckRatio',
    groupDimension(space),
  ] as const;
  const counts = names.map((name) =>
    name === 'widthSlope' && slopeIsInitialWidth(space.rules)
      ? 1
      : valuesOf(space.dimensions, name).values.length,
  );
  const [ratios = 1, groups = 1] = counts.slice(4);
  return {
    dimensions: counts.filter((count) => count > 1).length,
    points: points * BigInt(ratios * groups),
    networks: countRegNetNetworks(space, families),
  };
}
