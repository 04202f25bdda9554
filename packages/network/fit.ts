/** The quantized linear widths nearest to a network's: the fit error of Section 3.3 and Figure 8. */
import type { Network } from './network.ts';
import { quantizeWidths, type RegNetParameters } from './quantize.ts';
import { widthError, type ObservedWidths } from './width-error.ts';
import { searchWidths, type Candidate } from './width-search.ts';

export interface WidthFit extends RegNetParameters {
  /** e_fit: mean over blocks of |ln(predicted width / observed width)|; 0 for a perfect fit. */
  readonly fitError: number;
}

/** The multipliers of the RegNet space, in thousandths (Section 3.3). */
const multipliers = { low: 1500, high: 3000 };

/**
 * The w0 (a multiple of 8), wa (0 or more) and wm (1.5 to 3, in thousandths) with the least fit error; d is the network's depth.
 * No such parameters are better, so a network that was generated with such a wm has no error, but for the groups that changed
 * its widths afterwards.
 *
 * Widths are predicted as the generator makes them, rounded to multiples of 8, so `quantizeWidths` of the result has exactly this
 * error. The paper gives no grid, base or sign of its "mean log-ratio"; this is the mean absolute natural logarithm.
 */
export function fitWidths(network: Pick<Network, 'stages'>): WidthFit {
  const observed = observe(network);
  const w0s = initialWidths(observed);
  const [first = 8] = w0s;
  // Where the multiplier makes no difference it is 2.
  const flat = { error: widthError(first, 2, 0, observed), w0: first, wm: 2, slope: 0 };
  const coarse = searchWidths(flat, w0s, { ...multipliers, step: 50 }, observed);
  const fine = searchWidths(coarse, w0s, { ...multipliers, step: 1 }, observed);
  return describeFit(fine, network);
}

/** Whether the fit error is at most `limit`: the same answer as that of `fitWidths`, sooner. */
export function fitsWithin(network: Pick<Network, 'stages'>, limit: number): boolean {
  const observed = observe(network);
  const w0s = initialWidths(observed);
  // Sums that differ by less were only added in another order.
  const most = limit * observed.depth + 1e-9;
  const beyond = { error: most * (1 + 1e-12) + 1e-8, w0: 8, wm: 2, slope: 0 };
  for (const step of [50, 1])
    if (searchWidths(beyond, w0s, { ...multipliers, step }, observed, most).error <= most) return true;
  return false;
}

function observe({ stages }: Pick<Network, 'stages'>): ObservedWidths {
  let depth = 0;
  return {
    stageLogs: stages.map(({ width }) => Math.log(width)),
    ends: stages.map((stage) => (depth += stage.depth)),
    depth,
    largestWidth: Math.max(...stages.map(({ width }) => width)),
  };
}

/** Multiples of 8 up to the largest width (a larger w0 is never better), the nearest to the first stage's first. */
function initialWidths({ stageLogs, largestWidth }: ObservedWidths): number[] {
  const count = Math.ceil(largestWidth / 8);
  const distance = (w0: number): number => Math.abs(Math.log(w0) - (stageLogs[0] ?? 0));
  return Array.from({ length: count }, (_, i) => 8 * (i + 1)).toSorted((a, b) => distance(a) - distance(b));
}

function describeFit({ w0, wm, slope }: Candidate, { stages }: Pick<Network, 'stages'>): WidthFit {
  const observed = stages.flatMap(({ depth, width }) => Array.from({ length: depth }, () => width));
  const depth = observed.length;
  const line = { depth, initialWidth: w0, widthSlope: slope * w0, widthMultiplier: wm };
  const { blockWidths, stages: predicted } = quantizeWidths(line);
  const errors = blockWidths.map((width, j) => Math.abs(Math.log(width / (observed[j] ?? NaN))));
  const fitError = errors.reduce((sum, error) => sum + error, 0) / depth;
  // A slope that reaches no second level is none.
  return predicted.length === 1
    ? { fitError, ...line, widthSlope: 0, widthMultiplier: 2 }
    : { fitError, ...line };
}
