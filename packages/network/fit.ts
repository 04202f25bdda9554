/** The quantized linear widths nearest to a network's: the fit error of Section 3.3 and Figure 8. */
import { fitSlope, leastCost, leastCostFrom, type ObservedWidths } from './level-fit.ts';
import type { Network } from './network.ts';
import { quantizeWidths, type RegNetParameters } from './quantize.ts';

export interface WidthFit extends RegNetParameters {
  /** e_fit: mean over blocks of |ln(predicted width / observed width)|; 0 for a perfect fit. */
  readonly fitError: number;
}

interface Candidate {
  /** Sum over blocks of |ln(predicted / observed)|. */
  readonly cost: number;
  readonly w0: number;
  readonly wm: number;
  /** wa / w0. */
  readonly slope: number;
}

/** The RegNet space's range of wm (Section 3.3). */
const leastWm = 1.5;
const mostWm = 3;

/**
 * Searches w0 (multiples of 8), wa (0 and up) and wm (1.5 to 3) for the least fit error; d is the network's depth. Widths
 * are predicted as the generator makes them, rounded to multiples of 8, so `quantizeWidths` of the result has exactly this
 * error. The paper gives no grid, base or sign of its "mean log-ratio"; this is the mean absolute natural logarithm.
 *
 * For each w0 and wm the best wa is found exactly, unless a bound shows that none can be good enough: w0 over all multiples
 * of 8 and wm in steps of 0.05; then finer around the best; then, where widths only rise, w0 = the first width with wm in
 * steps of 0.001, which finds back every network that was generated with such a wm.
 */
export function fitWidths(network: Pick<Network, 'stages'>): WidthFit {
  const observed = observe(network);
  const first = Math.max(8, Math.round((network.stages[0]?.width ?? 0) / 8) * 8);
  // wm = 2 comes first: where the multiplier makes no difference it is the one to name.
  let best = search({ cost: Infinity, w0: first, wm: 2, slope: 0 }, [first], [2], observed);
  best = search(best, [first], steps(leastWm, mostWm, 0.05), observed);
  best = search(best, steps(8, observed.largestWidth, 8), [2, ...steps(leastWm, mostWm, 0.05)], observed);
  best = search(best, around(best.w0, 16), steps(best.wm - 0.05, best.wm + 0.05, 0.002), observed);
  best = search(best, around(best.w0, 8), steps(best.wm - 0.002, best.wm + 0.002, 0.0001), observed);
  if (isRising(observed)) best = search(best, [first], steps(leastWm, mostWm, 0.001), observed);
  return finish(best, observed);
}

function search(
  start: Candidate,
  w0s: readonly number[],
  wms: readonly number[],
  observed: ObservedWidths,
): Candidate {
  let best = start;
  for (const w0 of w0s) {
    if (leastCostFrom(w0, observed) >= best.cost) continue;
    for (const wm of wms) {
      if (wm < leastWm || wm > mostWm || leastCost(w0, wm, observed) >= best.cost) continue;
      const { cost, slope } = fitSlope(w0, wm, observed, best.cost);
      if (cost < best.cost) best = { cost, w0, wm, slope };
    }
  }
  return best;
}

function isRising({ stageLogs }: ObservedWidths): boolean {
  return stageLogs.every((log, i) => i === 0 || log > (stageLogs[i - 1] ?? 0));
}

/** From `low` to `high`, both included, without sums that drift. */
function steps(low: number, high: number, step: number): number[] {
  const count = Math.floor((high - low) / step + 1e-9) + 1;
  return Array.from({ length: Math.max(1, count) }, (_, i) => Number((low + i * step).toFixed(6)));
}

/** Multiples of 8, the nearest first. */
function around(w0: number, distance: number): number[] {
  return steps(Math.max(8, w0 - distance), w0 + distance, 8).toSorted(
    (a, b) => Math.abs(a - w0) - Math.abs(b - w0),
  );
}

function observe({ stages }: Pick<Network, 'stages'>): ObservedWidths {
  const stageLogs = stages.map(({ width }) => Math.log(width));
  return {
    stageLogs,
    depths: stages.map(({ depth }) => depth),
    blockLogs: stages.flatMap(({ depth, width }) => Array.from({ length: depth }, () => Math.log(width))),
    largestWidth: Math.max(...stages.map(({ width }) => width)),
  };
}

function finish({ w0, wm, slope }: Candidate, { blockLogs }: ObservedWidths): WidthFit {
  const depth = blockLogs.length;
  const parameters = { depth, initialWidth: w0, widthSlope: slope * w0, widthMultiplier: wm };
  const { blockWidths } = quantizeWidths(parameters);
  const cost = blockWidths.reduce(
    (sum, width, j) => sum + Math.abs(Math.log(width) - (blockLogs[j] ?? 0)),
    0,
  );
  return { fitError: cost / depth, ...parameters };
}
