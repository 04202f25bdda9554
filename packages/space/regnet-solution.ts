/**
 * Solves for the parameters of a RegNet: given stages, finds (d, w0, wa, wm) of a space that quantize to them.
 *
 * For each initial width and multiplier the stages' widths are fixed (equation 4), and each block j of level k bounds the slope:
 * k - 1/2 ≤ log(1 + wa·j / w0) / log wm ≤ k + 1/2 (equation 3), so wa lies between w0·(wm^(k-1/2) - 1) / j and w0·(wm^(k+1/2) - 1) / j.
 */
import type { Stage } from '@netspace/network/network';
import { quantizeWidths, type RegNetParameters } from '@netspace/network/quantize';
import { roundHalfEven } from '@netspace/network/rounding';
import { hasGroups, valuesOf } from './dimensions.ts';
import { groupDimension, makeStage } from './draw.ts';
import type { Space } from './space.ts';

export interface RegNetSolution extends RegNetParameters {
  readonly bottleneckRatio: number;
  readonly group: number;
}

export function solveRegNet(stages: readonly Stage[], space: Space): RegNetSolution | undefined {
  const depth = stages.reduce((sum, stage) => sum + stage.depth, 0);
  const [first] = stages;
  if (first === undefined || !valuesOf(space.dimensions, 'depth').values.includes(depth)) return undefined;
  const grouped = hasGroups(space.block);
  const ratios = grouped ? valuesOf(space.dimensions, 'bottleneckRatio').values : [1];
  const groups = grouped ? valuesOf(space.dimensions, groupDimension(space.dimensions)).values : [1];
  const { bottleneckRatio } = first;
  if (grouped && !ratios.includes(bottleneckRatio)) return undefined;
  for (const group of groups) {
    const solution = solveWidths(stages, space, { depth, bottleneckRatio, group });
    if (solution !== undefined) return solution;
  }
  return undefined;
}

interface Given {
  readonly depth: number;
  readonly bottleneckRatio: number;
  readonly group: number;
}

function solveWidths(stages: readonly Stage[], space: Space, given: Given): RegNetSolution | undefined {
  const leads = (index: number, width: number): boolean => {
    const stage = stages[index];
    if (stage === undefined) return false;
    const made = makeStage(space, index, { ...given, depth: stage.depth, width });
    return (
      made.width === stage.width &&
      (!hasGroups(space.block) ||
        (made.groupWidth === stage.groupWidth && made.bottleneckRatio === stage.bottleneckRatio))
    );
  };
  for (const initialWidth of valuesOf(space.dimensions, 'initialWidth').values) {
    if (!leads(0, initialWidth)) continue;
    for (const widthMultiplier of valuesOf(space.dimensions, 'widthMultiplier').values) {
      const widths = stages.map((_, k) => roundHalfEven((initialWidth * widthMultiplier ** k) / 8) * 8);
      if (!widths.every((width, k) => k === 0 || leads(k, width))) continue;
      const widthSlope = solveSlope(stages, space, { depth: given.depth, initialWidth, widthMultiplier });
      if (widthSlope !== undefined) return { ...given, initialWidth, widthSlope, widthMultiplier };
    }
  }
  return undefined;
}

type SlopeGiven = Omit<RegNetParameters, 'widthSlope'>;

function solveSlope(stages: readonly Stage[], space: Space, given: SlopeGiven): number | undefined {
  const { initialWidth: w0, widthMultiplier: wm } = given;
  let [low, high, j] = [0, Infinity, 0];
  stages.forEach(({ depth }, k) => {
    // The bounds of a level are tightest at its first block from below, at its last from above.
    if (j > 0) low = Math.max(low, (w0 * (wm ** (k - 0.5) - 1)) / j);
    j += depth;
    if (j > 1) high = Math.min(high, (w0 * (wm ** (k + 0.5) - 1)) / (j - 1));
  });
  const slack = 1e-9 * (1 + low);
  const slopes = valuesOf(space.dimensions, 'widthSlope').values.filter(
    (slope) => slope >= low - slack && slope <= high + slack,
  );
  const tried = [...new Set([slopes[slopes.length >> 1], slopes[0], slopes.at(-1)])];
  return tried.find((widthSlope) => {
    if (widthSlope === undefined) return false;
    const quantized = quantizeWidths({ ...given, widthSlope });
    return (
      quantized.regular &&
      quantized.stages.length === stages.length &&
      quantized.stages.every(({ depth }, k) => depth === stages[k]?.depth)
    );
  });
}
