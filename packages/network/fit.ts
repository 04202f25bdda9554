/** The quantized linear widths nearest to a network's: the fit error of Section 3.3 and Figure 8. */
import type { Network } from './network.ts';
import { quantizeWidths, type RegNetParameters } from './quantize.ts';
import { leastMonotoneError, leastWidthError, type ParameterBox, widthError, type ObservedWidths } from './width-error.ts';

export interface WidthFit extends RegNetParameters {
  /** e_fit: mean over blocks of |ln(predicted width / observed width)|; 0 for a perfect fit. */
  readonly fitError: number;
}

/**
 * Searches w0 (multiples of 8), wa (0 and up) and wm (1.5 to 3, in thousandths) for the least fit error; d is the network's
 * depth. Widths are predicted as the generator makes them, rounded to multiples of 8, so `quantizeWidths` of the result has
 * exactly this error. The paper gives no grid, base or sign of its "mean log-ratio"; this is the mean absolute natural logarithm.
 *
 * Branch and bound: a box of parameters is halved unless no member of it can beat the best so far. So none of these parameters
 * is better, and a network generated with such a wm has no error (but for groups, which change its widths afterwards).
 */
export function fitWidths(network: Pick<Network, 'stages'>): WidthFit {
  const observed = observe(network);
  const first = Math.max(1, Math.round((network.stages[0]?.width ?? 0) / 8));
  const constant = widthError(8 * first, 2, 0, observed);
  const best = searchBoxes({ error: constant, width: first, multiplier: 2000, slope: 0 }, observed);
  return describe(best, observed);
}

interface Candidate {
  /** Sum over blocks of |ln(predicted / observed)|. */
  readonly error: number;
  /** w0 / 8. */
  readonly width: number;
  /** wm in thousandths. */
  readonly multiplier: number;
  /** wa / w0. */
  readonly slope: number;
}

/** Ranges of w0 / 8, of wm in thousandths, and of ln(u_last / w0), the logarithmic rise of the line; ends included. */
interface Box {
  readonly width: readonly [number, number];
  readonly multiplier: readonly [number, number];
  readonly rise: readonly [number, number];
  /** At most the error of any candidate in it. */
  readonly bound: number;
}

function searchBoxes(start: Candidate, observed: ObservedWidths): Candidate {
  let best = start;
  const most = Math.ceil(observed.largestWidth / 8);
  // With this slope the second block is wider than any stage, for every w0 and wm.
  const steepest = Math.log1p(observed.largestWidth * observed.depth);
  const boxes: Box[] = [{ width: [1, most], multiplier: [1500, 3000], rise: [0, steepest], bound: 0 }];
  for (let box = boxes.pop(); box !== undefined; box = boxes.pop()) {
    if (box.bound >= best.error) continue;
    const candidate = middleOf(box, observed);
    if (candidate.error < best.error) best = candidate;
    const halves = halve(box, observed).filter(({ bound }) => bound < best.error);
    boxes.push(...halves.toSorted((a, b) => b.bound - a.bound));
  }
  return best;
}
function slopeOf(rise: number, { depth }: ObservedWidths): number { return Math.expm1(rise) / Math.max(1, depth - 1); }
function middleOf({ width, multiplier, rise }: Box, observed: ObservedWidths): Candidate {
  const w = Math.round(Math.sqrt(width[0] * width[1])), m = (multiplier[0] + multiplier[1]) >> 1, slope = slopeOf((rise[0] + rise[1]) / 2, observed);
  return { error: widthError(8 * w, m / 1000, slope, observed), width: w, multiplier: m, slope };
}
function halve({ width, multiplier, rise }: Box, observed: ObservedWidths): Box[] {
  const sw = Math.log(width[1] / width[0]);
  const sr = rise[1] - rise[0];
  const lm = Math.log(multiplier[1] / multiplier[0]);
  const sm = lm * Math.max(1, rise[1] / Math.log(multiplier[0] / 1000));
  let a, b;
  if (sw >= sm && sw >= sr) {
    const mid = (width[0] + width[1]) >> 1;
    a = { width: [width[0], mid] as const, multiplier, rise };
    b = { width: [mid + 1, width[1]] as const, multiplier, rise };
  } else if (sm >= sr) {
    const mid = (multiplier[0] + multiplier[1]) >> 1;
    a = { width, multiplier: [multiplier[0], mid] as const, rise };
    b = { width, multiplier: [mid + 1, multiplier[1]] as const, rise };
  } else {
    if (sr < 1e-9) return [];
    const mid = (rise[0] + rise[1]) / 2;
    a = { width, multiplier, rise: [rise[0], mid] as const };
    b = { width, multiplier, rise: [mid, rise[1]] as const };
  }
  return [a, b].map((box) => {
    const pb: ParameterBox = { leastWidth: 8 * box.width[0], mostWidth: 8 * box.width[1], leastMultiplier: box.multiplier[0] / 1000, mostMultiplier: box.multiplier[1] / 1000, leastSlope: slopeOf(box.rise[0], observed), mostSlope: slopeOf(box.rise[1], observed) };
    n.nodes++;
    return { ...box, bound: Math.max(leastMonotoneError(pb, observed), leastWidthError(pb, observed)) };
  });
}
export const n = { nodes: 0 };
function observe({ stages }: Pick<Network, 'stages'>): ObservedWidths {
  let depth = 0;
  return {
    stageLogs: stages.map(({ width }) => Math.log(width)),
    ends: stages.map((stage) => (depth += stage.depth)),
    depth,
    largestWidth: Math.max(...stages.map(({ width }) => width)),
  };
}

function describe({ width, multiplier, slope }: Candidate, { stageLogs, ends, depth }: ObservedWidths): WidthFit {
  const w0 = 8 * width;
  const parameters = { depth, initialWidth: w0, widthSlope: slope * w0, widthMultiplier: multiplier / 1000 };
  const { blockWidths } = quantizeWidths(parameters);
  let error = 0;
  blockWidths.forEach((w, j) => { error += Math.abs(Math.log(w) - (stageLogs[ends.findIndex((end) => j < end)] ?? 0)); });
  return { fitError: error / depth, ...parameters };
}
