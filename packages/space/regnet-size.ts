/**
 * How many RegNets a space has: points (d, w0, wa, wm) whose quantized widths are regular, and the distinct stages that they make.
 *
 * For given w0 and wm, block j has at least level k when wa · j >= c_k = w0 · (wm^(k - 1/2) - 1) (equations 2 and 3). As the slope wa
 * grows, the first block t_k of each level moves forward in steps; between two steps all slopes make the same stages, so the steps are
 * enumerated and not the slopes. With n stages the depth d is from t_{n-1} + 1 to t_n.
 */
import { quantizeStages } from '@netspace/network/quantize';
import { roundHalfEven } from '@netspace/network/rounding';
import { valuesOf } from './dimensions.ts';
import { slopesFor } from './rule.ts';
import { firstAtLeast, relationsOf, type Relation } from './sequence.ts';
import type { Space } from './space.ts';

export interface RegNetSize {
  /** Points of (d, w0, wa, wm) that make a RegNet with the space's number of stages and rules. */
  readonly points: bigint;
  readonly families: readonly RegNetFamily[];
}

/** RegNets of the same widths. */
export interface RegNetFamily {
  /** One a stage, multiples of 8. */
  readonly widths: readonly number[];
  /** First blocks of the levels → number of depths of the last stage, which all begin with the same. */
  readonly ways: Map<Firsts, number>;
}

/** Numbers of the first blocks of up to five levels make one exact number. */
export type Firsts = number | string;

export function countRegNets(space: Space): RegNetSize {
  let points = 0;
  const families: RegNetFamily[] = [];
  const depthsUpTo = countsUpTo(valuesOf(space.dimensions, 'depth').values);
  const slopes = valuesOf(space.dimensions, 'widthSlope').values;
  const multipliers = valuesOf(space.dimensions, 'widthMultiplier').values;
  for (let stages = space.stages.low; stages <= space.stages.high; stages++) {
    const relations = relationsOf(space.rules, 'depth', stages);
    for (const w0 of valuesOf(space.dimensions, 'initialWidth').values) {
      const family = { slopes: slopesFor(space.rules, w0, slopes), depthsUpTo };
      // Widths grow with wm, so the multipliers that make the same widths are neighbours.
      let last: RegNetFamily = { widths: [], ways: new Map() };
      for (const wm of multipliers) {
        const widths = widthsOf(w0, wm, stages);
        if (!widths) continue;
        if (widths.join() !== last.widths.join()) families.push((last = { widths, ways: new Map() }));
        points += addSlopes({ ...family, w0, wm, stages, relations }, last.ways);
      }
    }
  }
  return { points: BigInt(points), families };
}

/** The widths of the levels, or undefined where two levels have one width. */
function widthsOf(w0: number, wm: number, stages: number): readonly number[] | undefined {
  const widths = Array.from({ length: stages }, (_, k) => roundHalfEven((w0 * wm ** k) / 8) * 8);
  return new Set(widths).size === stages ? widths : undefined;
}

interface Family {
  readonly w0: number;
  readonly wm: number;
  readonly stages: number;
  readonly slopes: readonly number[];
  /** Number of depths of the space up to a depth. */
  readonly depthsUpTo: readonly number[];
  readonly relations: readonly Relation[];
}

/** Adds the depths of all slopes to `ways` (first blocks of the levels → largest number of depths); returns the number of points. */
function addSlopes(family: Family, ways: Map<Firsts, number>): number {
  const { stages, slopes } = family;
  const deepest = family.depthsUpTo.length - 1;
  // reach[k - 1][j]: index of the least slope that lifts block j to level k; it falls as j grows.
  const reach = Array.from({ length: stages }, (_, k) => reachOf(family, k + 1, deepest));
  const first = reach.map(() => deepest);
  // Flatter lines do not reach the last stage; it stays out of reach where even the last block is below it.
  const last = stages > 1 ? reach[stages - 2] : undefined;
  let points = 0;
  for (let slope = Math.max(0, last?.[deepest - 1] ?? 0); slope < slopes.length;) {
    let next = slopes.length;
    for (let k = 0; k < stages; k++) {
      const least = reach[k];
      let block = first[k] ?? 0;
      while (block > 1 && (least?.[block - 1] ?? Infinity) <= slope) block--;
      first[k] = block;
      if (block > 1) next = Math.min(next, least?.[block - 1] ?? Infinity);
    }
    // Steeper lines lift blocks further: the stages before the last have too few of them from here on.
    if (stages > 1 && (first[stages - 2] ?? 0) < stages - 1) break;
    const depths = countDepths(first, family);
    if (depths > 0) {
      points += depths * (next - slope);
      const key = keyOf(first);
      if ((ways.get(key) ?? 0) < depths) ways.set(key, depths);
    }
    slope = next;
  }
  return points;
}

function keyOf(first: readonly number[]): Firsts {
  if (first.length > 6) return first.slice(0, -1).join();
  let key = 0;
  for (let k = 0; k < first.length - 1; k++) key = key * 1024 + (first[k] ?? 0);
  return key;
}

function countsUpTo(depths: readonly number[]): number[] {
  const counts = Array.from({ length: (depths.at(-1) ?? 0) + 1 }, () => 0);
  for (const depth of depths) counts[depth] = 1;
  let total = 0;
  return counts.map((count) => (total += count));
}

/** Of each block the index of the first slope of the grid that lifts it to a level. */
function reachOf({ w0, wm, slopes }: Family, level: number, blocks: number): Float64Array {
  const threshold = w0 * (wm ** (level - 0.5) - 1);
  const least = new Float64Array(blocks).fill(Infinity);
  for (let block = 1; block < blocks; block++) {
    const border = threshold / block;
    let index = firstAtLeast(slopes, border * (1 - 1e-9));
    // On the very border the quantizer's own rounding decides.
    while (isBorder(slopes[index], border) && levelAt(slopes[index] ?? 0, w0, wm, block) < level) index++;
    least[block] = index;
  }
  return least;
}

function isBorder(slope: number | undefined, border: number): boolean {
  return slope !== undefined && Math.abs(slope - border) <= 1e-9 * border;
}

function levelAt(widthSlope: number, initialWidth: number, widthMultiplier: number, block: number): number {
  return quantizeStages({ depth: block + 1, initialWidth, widthSlope, widthMultiplier }).levels - 1;
}

/** Depths that end in the last stage and obey the rules; 0 where a level has no block. `first` holds t_1 … t_n. */
function countDepths(first: readonly number[], { stages, depthsUpTo, relations }: Family): number {
  let [start, before] = [0, NaN];
  for (let k = 0; k < stages - 1; k++) {
    const next = first[k] ?? 0;
    const length = next - start;
    if (length < 1 || (k > 0 && !obeys(relations[k - 1], before, length))) return 0;
    [start, before] = [next, length];
  }
  const { up, down } = relations[stages - 2] ?? free;
  const low = start + (up ? before : 1);
  const high = Math.min(first[stages - 1] ?? 0, down ? start + before : Infinity);
  return low > high ? 0 : (depthsUpTo[high] ?? 0) - (depthsUpTo[low - 1] ?? 0);
}

function obeys(relation: Relation | undefined, before: number, after: number): boolean {
  return !(relation?.up && after < before) && !(relation?.down && after > before);
}

const free: Relation = { up: false, down: false };
