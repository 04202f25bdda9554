/** The best width slope for one initial width and one width multiplier, exactly. Section 3.3, equations 2–4. */
import { roundHalfEven } from './rounding.ts';

/** What is fitted: a network's widths, as natural logarithms. */
export interface ObservedWidths {
  /** ln of the width of each stage. */
  readonly stageLogs: readonly number[];
  /** Blocks of each stage. */
  readonly depths: readonly number[];
  /** ln of the width of each block. */
  readonly blockLogs: readonly number[];
  readonly largestWidth: number;
}

export interface SlopeFit {
  /** Sum over blocks of |ln(predicted / observed)|. */
  readonly cost: number;
  /** wa / w0. */
  readonly slope: number;
}

/** Less than the cost of any slope and multiplier: no block is narrower than w0, and the first is as wide. */
export function leastCostFrom(w0: number, { stageLogs, depths }: ObservedWidths): number {
  const least = Math.log(w0);
  const first = Math.max(0, (stageLogs[0] ?? 0) - least);
  return stageLogs.reduce(
    (sum, observed, i) => sum + (depths[i] ?? 0) * Math.max(0, least - observed),
    first,
  );
}

/**
 * Less than the cost of any slope: the first block is at level 0 and levels never fall. The least cost of levels that never
 * fall is reached with one level a stage, since all blocks of a stage cost the same at a level.
 */
export function leastCost(w0: number, wm: number, observed: ObservedWidths): number {
  const { stageLogs, depths, largestWidth } = observed;
  const first = Math.abs(Math.log(w0) - (stageLogs[0] ?? 0));
  // The least cost of the stages up to each one, this one's level being at most the present one.
  const costs = stageLogs.map(() => Infinity);
  for (let exact = w0 / 8; ; exact *= wm) {
    const multiple = roundHalfEven(exact);
    const level = logOfMultiple(multiple);
    let before = first;
    for (let i = 0; i < costs.length; i++) {
      const blocks = (depths[i] ?? 0) - (i === 0 ? 1 : 0);
      before = Math.min(costs[i] ?? 0, before + blocks * Math.abs(level - (stageLogs[i] ?? 0)));
      costs[i] = before;
    }
    if (multiple * 8 >= largestWidth) return before;
  }
}

/**
 * Block j is at level k or above from the slope c_k / j on, where c_k = wm^(k - 1/2) - 1 (u_j = w0 · wm^(k - 1/2)). So the
 * cost is a step function of the slope; this walks its steps upwards, a block by a level each, and keeps the best.
 * It stops when the blocks that are too wide already cost as much as `enough`: they only become wider.
 */
export function fitSlope(
  w0: number,
  wm: number,
  { blockLogs, largestWidth }: ObservedWidths,
  enough: number,
): SlopeFit {
  const last = blockLogs.length - 1;
  const levels = levelLogs(w0, wm, largestWidth, last);
  const base = levels[0] ?? 0;
  let threshold = Math.sqrt(wm) / wm;
  const thresholds = levels.map(() => {
    const here = threshold - 1;
    threshold *= wm;
    return here;
  });
  // The block that next rises to each level, and the slope at which it does.
  const blocks = levels.map(() => last);
  const slopes = thresholds.map((value) => value / last);
  let cost = 0;
  let excess = 0;
  for (const observed of blockLogs) {
    cost += Math.abs(base - observed);
    excess += Math.max(0, base - observed);
  }
  let best = { cost, from: 0, to: 0 };
  for (let lowest = 1, highest = 1; excess < Math.min(enough, best.cost);) {
    const level = smallest(slopes, lowest, highest);
    const block = blocks[level] ?? 0;
    if (block === 0) break;
    const from = slopes[level] ?? 0;
    const observed = blockLogs[block] ?? 0;
    const before = (levels[level - 1] ?? 0) - observed;
    const after = (levels[level] ?? 0) - observed;
    cost += Math.abs(after) - Math.abs(before);
    excess += Math.max(0, after) - Math.max(0, before);
    blocks[level] = block - 1;
    slopes[level] = (thresholds[level] ?? 0) / (block - 1);
    if (block === 1) lowest = level + 1;
    if (level === highest) highest++;
    if (cost < best.cost) best = { cost, from, to: slopes[smallest(slopes, lowest, highest)] ?? from };
  }
  return { cost: best.cost, slope: best.from === 0 ? 0 : (best.from + Math.min(best.to, 2 * best.from)) / 2 };
}

/** The place of the least of `slopes` from `lowest` to `highest`. */
function smallest(slopes: readonly number[], lowest: number, highest: number): number {
  let place = lowest;
  for (let k = lowest + 1; k <= highest; k++)
    if ((slopes[k] ?? Infinity) < (slopes[place] ?? Infinity)) place = k;
  return place;
}

/**
 * ln of the levels' widths, w0 · wm^k to a multiple of 8. When the second block (j = 1) reaches `largestWidth` every further
 * step makes the fit worse; by then the last block, `last` times as far along, is at most log_wm(last) levels higher.
 */
function levelLogs(w0: number, wm: number, largestWidth: number, last: number): number[] {
  const logs: number[] = [];
  const most = largestWidth * wm * wm * Math.max(1, last);
  for (let exact = w0 / 8; ; exact *= wm) {
    logs.push(logOfMultiple(roundHalfEven(exact)));
    if (exact * 8 > most) return logs;
  }
}

/** ln 8m at place m, for the widths that networks have. */
const logsOfMultiples = Float64Array.from({ length: 1024 }, (_, m) => Math.log(8 * m));

function logOfMultiple(multiple: number): number {
  return logsOfMultiples[multiple] ?? Math.log(8 * multiple);
}
