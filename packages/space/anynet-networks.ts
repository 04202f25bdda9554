/**
 * How many distinct networks an anynet has, once widths are made to fit their groups: different points may make the same stages.
 *
 * What is counted are sequences of made stages, each once. With one group width for all stages a sequence belongs to the space if
 * some group width makes all of its stages, so along a sequence the set of those that still can is kept. For one bottleneck ratio
 * and one group width the made width grows with the drawn one, so an order of drawn widths is one of made widths.
 */
import type { Stage } from '@netspace/network/network';
import { valuesOf } from './dimensions.ts';
import { firstAtLeast, isShared, relationsOf, type Relation } from './sequence.ts';
import type { Space } from './space.ts';
import { groupDimension, stageMaker } from './stages.ts';

/** A stage that the space can make, without its depth. */
interface Made {
  readonly width: number;
  /** Bit i: the i-th group of the space makes it. */
  groups: bigint;
}

/** Distinct widths, ratios and groups of all stages together; undefined where no such order of made stages exists. */
export function countMadeStages(space: Space): bigint | undefined {
  const ratios = valuesOf(space.dimensions, 'bottleneckRatio').values;
  const relations = relationsOf(space.rules, 'width', space.stages.high);
  const isOrdered = relations.some(({ up, down }) => up || down);
  const isEqual = isShared(space.rules, 'width') || relations.some(({ up, down }) => up && down);
  const sharesRatio = isShared(space.rules, 'bottleneckRatio') || ratios.length === 1;
  const groups = valuesOf(space.dimensions, groupDimension(space)).values;
  const sharesGroup = isShared(space.rules, 'group') || groups.length === 1;
  if (isEqual || (isOrdered && !(sharesRatio && sharesGroup))) return undefined;
  const sets = sharesRatio ? ratios.map((ratio) => [ratio]) : [ratios];
  let total = 0n;
  for (const set of sets) {
    const made = stagesMadeOf(space, set, groups, isOrdered);
    if (!made) return undefined;
    total += countSequencesOf(made, relations, sharesGroup);
  }
  return total;
}

/** All stages of these ratios, narrowest first; undefined where widths are ordered and a made width falls as the drawn one grows. */
function stagesMadeOf(
  space: Space,
  ratios: readonly number[],
  groups: readonly number[],
  isOrdered: boolean,
): Made[] | undefined {
  const make = stageMaker(space);
  const widths = valuesOf(space.dimensions, 'width').values;
  const made = new Map<string, Made>();
  for (const bottleneckRatio of ratios)
    for (const [i, group] of groups.entries()) {
      let before: Stage | undefined;
      for (const width of widths) {
        const stage = make({ depth: 1, width, bottleneckRatio, group }, 0);
        if (isOrdered && before && !follows(before, stage)) return undefined;
        before = stage;
        const key = `${stage.width} ${bottleneckRatio} ${stage.groupWidth}`;
        const known = made.get(key);
        if (known) known.groups |= 1n << BigInt(i);
        else made.set(key, { width: stage.width, groups: 1n << BigInt(i) });
      }
    }
  return [...made.values()].toSorted((a, b) => a.width - b.width);
}

function follows(before: Stage, after: Stage): boolean {
  return (
    after.width > before.width || (after.width === before.width && after.groupWidth === before.groupWidth)
  );
}

/** Sequences of made stages, one more than there are relations, that obey them and, if groups are shared, have one in common. */
function countSequencesOf(
  made: readonly Made[],
  relations: readonly Relation[],
  sharesGroup: boolean,
): bigint {
  const widths = made.map(({ width }) => width);
  const classes = new Map<bigint, number[]>();
  made.forEach(({ groups }, i) => {
    const key = sharesGroup ? groups : 1n;
    classes.set(key, [...(classes.get(key) ?? []), i]);
  });
  let ways = new Map<bigint, bigint[]>();
  for (const [groups, places] of classes) for (const i of places) addWay(ways, groups, i, 1n, made.length);
  for (const { up, down } of relations) {
    // Stages before one: those no wider, those no narrower, or all.
    const lows = widths.map((width) => (down ? firstAtLeast(widths, width) : 0));
    const highs = widths.map((width) => (up ? firstAtLeast(widths, width + 1) : made.length));
    const next = new Map<bigint, bigint[]>();
    for (const [groups, counts] of ways) {
      const sums = [0n];
      for (const count of counts) sums.push((sums.at(-1) ?? 0n) + count);
      for (const [others, places] of classes) {
        const common = groups & others;
        if (common === 0n) continue;
        for (const i of places)
          addWay(next, common, i, (sums[highs[i] ?? 0] ?? 0n) - (sums[lows[i] ?? 0] ?? 0n), made.length);
      }
    }
    ways = next;
  }
  let total = 0n;
  for (const counts of ways.values()) for (const count of counts) total += count;
  return total;
}

function addWay(
  ways: Map<bigint, bigint[]>,
  groups: bigint,
  place: number,
  count: bigint,
  size: number,
): void {
  if (count === 0n) return;
  let counts = ways.get(groups);
  if (!counts) ways.set(groups, (counts = Array.from({ length: size }, () => 0n)));
  counts[place] = (counts[place] ?? 0n) + count;
}
