/**
 * Membership in a RegNet space: solves for the (d, w0, wa, wm) that make a network, whatever a record says of it. Section 3.3.
 *
 * d is the number of blocks. Level 0 has width w0, so the first stage shows w0 but for the adjustment to groups. In a regular
 * RegNet stage i has level i, and its width w0 · wm^i, rounded to 8, bounds wm. Block j then has level i just when
 * i - 1/2 <= log(1 + wa · j / w0) / log wm <= i + 1/2, which bounds wa by the first and the last block of each stage.
 */
import type { Network, Stage } from '@netspace/network/network';
import { quantizeWidths, type RegNetParameters } from '@netspace/network/quantize';
import { roundHalfEven } from '@netspace/network/rounding';
import { hasGroups, list, valuesOf } from './dimensions.ts';
import { groupDimension, stageMaker } from './stages.ts';
import { matchingRatio, originsOf } from './origin.ts';
import { slopesFor, type Rule } from './rule.ts';
import type { Space } from './space.ts';
import { brokenOrders, notAmong, type Violation } from './violation.ts';

interface Grids {
  readonly initialWidths: readonly number[];
  readonly slopes: readonly number[];
  readonly multipliers: readonly number[];
}

/** Parameters that make the stages, or the violation that came last on the way to them. */
type Solution =
  { readonly parameters: RegNetParameters } | { readonly progress: number; readonly violation: Violation };

/** The rules that the stages of a network break. */
export function regNetViolations(space: Space): (network: Network) => Violation[] {
  const { dimensions } = space;
  const depths = valuesOf(dimensions, 'depth').values;
  const ratios = valuesOf(dimensions, 'bottleneckRatio').values;
  const groups = valuesOf(dimensions, groupDimension(space)).values;
  const grids: Grids = {
    initialWidths: valuesOf(dimensions, 'initialWidth').values,
    slopes: valuesOf(dimensions, 'widthSlope').values,
    multipliers: valuesOf(dimensions, 'widthMultiplier').values,
  };
  const grouped = hasGroups(space.block);
  return ({ stages }) => {
    const violations = brokenOrders(stages, space.rules);
    const depth = stages.reduce((sum, stage) => sum + stage.depth, 0);
    if (!depths.includes(depth)) violations.push(notAmong('depth', 'depth of the network', depth, depths));
    const plain = plainStages(stages, grouped, ratios, violations);
    if (!plain) return violations;
    const solution = solve(space, plain, groups, grids);
    if ('violation' in solution) violations.push(solution.violation);
    return violations;
  };
}

/** The stages with the space's own bottleneck ratio, or undefined and a violation where they do not share one. */
function plainStages(
  stages: readonly Stage[],
  grouped: boolean,
  ratios: readonly number[],
  violations: Violation[],
): Stage[] | undefined {
  if (!grouped) return stages.map((stage) => ({ ...stage, bottleneckRatio: 1, groupWidth: 1 }));
  const found = stages.map(
    ({ bottleneckRatio }) => matchingRatio(bottleneckRatio, ratios) ?? bottleneckRatio,
  );
  const [ratio = 1] = found;
  if (new Set(found).size > 1) {
    violations.push({
      rule: 'shared-bottleneck-ratio',
      message: `stages 1 to ${stages.length} have bottleneck ratios ${found.join(', ')}; they must be equal`,
    });
    return undefined;
  }
  if (!ratios.includes(ratio)) {
    violations.push(notAmong('bottleneckRatio', 'bottleneck ratio', ratio, ratios));
    return undefined;
  }
  return stages.map((stage) => ({ ...stage, bottleneckRatio: ratio }));
}

/** Tries each group width; of those that fail the one that came farthest tells why. */
function solve(space: Space, stages: readonly Stage[], groups: readonly number[], grids: Grids): Solution {
  let best: Solution | undefined;
  const make = stageMaker(space);
  for (const group of groups) {
    const solution = solveFor({ space, make }, stages, group, grids);
    if ('parameters' in solution) return solution;
    if (!best || ('progress' in best && solution.progress > best.progress)) best = solution;
  }
  return (
    best ?? {
      progress: 0,
      violation: { rule: groupDimension(space), message: 'the space has no group width' },
    }
  );
}

function solveFor(
  { space, make }: { readonly space: Space; readonly make: ReturnType<typeof stageMaker> },
  stages: readonly Stage[],
  group: number,
  grids: Grids,
): Solution {
  const widths = stages.map(
    (stage) => new Set(originsOf(make, stage, widthsNear(stage, group), [group]).map(({ width }) => width)),
  );
  const unreached = widths.findIndex(({ size }) => size === 0);
  if (unreached >= 0) return groupFailure(space, stages, unreached);
  const initial = grids.initialWidths.filter((width) => widths[0]?.has(width));
  if (initial.length === 0)
    return {
      progress: 100,
      violation: notAmong(
        'initialWidth',
        'initial width (stage 1: width)',
        stages[0]?.width ?? 0,
        grids.initialWidths,
      ),
    };
  let best: Solution | undefined;
  for (const initialWidth of initial) {
    const solution = solveSlope(stages, widths, initialWidth, grids, space.rules);
    if ('parameters' in solution) return solution;
    if (!best || ('progress' in best && solution.progress > best.progress)) best = solution;
  }
  return best ?? groupFailure(space, stages, 0);
}

function groupFailure(space: Space, stages: readonly Stage[], index: number): Solution {
  const groups = valuesOf(space.dimensions, groupDimension(space)).values;
  const shown = stages.map(({ width, groupWidth }) => `${width} in groups of ${groupWidth}`).join(', ');
  return {
    progress: index,
    violation: {
      rule: groupDimension(space),
      message: `no one ${space.dimensions.groups ? 'number of groups' : 'group width'} (${list(groups)}) makes the stages of width ${shown} of multiples of 8`,
    },
  };
}

/** Multiples of 8 that the adjustment may turn into the stage's width. */
function widthsNear({ width, bottleneckRatio, groupWidth }: Stage, group: number): number[] {
  const reach = (Math.max(group, groupWidth) + 1) * Math.max(1, bottleneckRatio) + 8;
  const first = Math.max(8, Math.floor((width - reach) / 8) * 8);
  return Array.from({ length: Math.ceil((width + reach - first) / 8) + 1 }, (_, i) => first + 8 * i);
}

function solveSlope(
  stages: readonly Stage[],
  widths: readonly ReadonlySet<number>[],
  initialWidth: number,
  grids: Grids,
  rules: readonly Rule[],
): Solution {
  let multipliers = grids.multipliers;
  const slopes = slopesFor(rules, initialWidth, grids.slopes);
  for (const [i, allowed] of widths.entries()) {
    const kept = multipliers.filter((wm) => allowed.has(roundHalfEven((initialWidth * wm ** i) / 8) * 8));
    if (kept.length === 0) return multiplierFailure(stages, i, initialWidth, multipliers);
    multipliers = kept;
  }
  for (const widthMultiplier of multipliers) {
    const parameters = findSlope(stages, initialWidth, widthMultiplier, slopes);
    if (parameters) return { parameters };
  }
  return slopeFailure(stages, initialWidth, multipliers, slopes);
}

function multiplierFailure(
  stages: readonly Stage[],
  index: number,
  initialWidth: number,
  multipliers: readonly number[],
): Solution {
  const before =
    index === 1
      ? `initial width ${initialWidth}`
      : `initial width ${initialWidth} and the widths up to stage ${index}`;
  return {
    progress: 200 + index,
    violation: {
      rule: 'widthMultiplier',
      message: `stage ${index + 1}: width ${stages[index]?.width ?? 0} is made by no width multiplier; ${before} leave ${list(multipliers)}`,
    },
  };
}

/** The slopes, real numbers, that put each block into its stage. */
function slopeBounds(stages: readonly Stage[], w0: number, wm: number): { low: number; high: number } {
  let [low, high, first] = [0, Infinity, 0];
  stages.forEach(({ depth }, i) => {
    const last = first + depth - 1;
    if (i > 0) low = Math.max(low, (w0 * (wm ** (i - 0.5) - 1)) / first);
    if (last > 0) high = Math.min(high, (w0 * (wm ** (i + 0.5) - 1)) / last);
    first += depth;
  });
  return { low, high };
}

/** Only slopes at the very ends may round the other way, so the first, the middle and the last of the grid decide. */
function findSlope(
  stages: readonly Stage[],
  initialWidth: number,
  widthMultiplier: number,
  slopes: readonly number[],
): RegNetParameters | undefined {
  const { low, high } = slopeBounds(stages, initialWidth, widthMultiplier);
  const inside = slopes.filter((slope) => slope >= low * (1 - 1e-9) && slope <= high * (1 + 1e-9));
  const depth = stages.reduce((sum, stage) => sum + stage.depth, 0);
  for (const widthSlope of [inside[inside.length >> 1], inside[0], inside.at(-1)]) {
    if (widthSlope === undefined) continue;
    const parameters = { depth, initialWidth, widthSlope, widthMultiplier };
    const { regular, stages: made } = quantizeWidths(parameters);
    if (
      regular &&
      made.length === stages.length &&
      made.every((stage, i) => stage.depth === stages[i]?.depth)
    )
      return parameters;
  }
  return undefined;
}

function slopeFailure(
  stages: readonly Stage[],
  initialWidth: number,
  multipliers: readonly number[],
  slopes: readonly number[],
): Solution {
  const depths = stages.map(({ depth }) => depth).join(', ');
  const bounds = multipliers
    .map((wm) => slopeBounds(stages, initialWidth, wm))
    .filter(({ low, high }) => low <= high);
  const [first] = bounds;
  const why = first
    ? `it would have to be from ${Math.min(...bounds.map(({ low }) => low)).toPrecision(4)} to ${Math.max(...bounds.map(({ high }) => high)).toPrecision(4)}`
    : 'the later stages need a larger one than the earlier allow';
  return {
    progress: 300,
    violation: {
      rule: 'widthSlope',
      message: `no width slope of ${list(slopes)} gives the depths ${depths} at these widths: ${why}`,
    },
  };
}
