/** The best slope for one w0 and one multiplier: as the slope grows, blocks rise to the next level one after the other. Section 3.3. */
import { levelLog, widthError, type ObservedWidths } from './width-error.ts';

export interface SlopeRange {
  readonly w0: number;
  readonly wm: number;
  /** wa / w0, ends included. */
  readonly flattest: number;
  readonly steepest: number;
}

/** At this slope a block is lifted a level, which adds `change` to the error. */
interface Rise {
  readonly slope: number;
  readonly change: number;
}

/**
 * Block j is at level k or above from the slope (wm^(k - 1/2) - 1) / j on (equations 2 and 3), so the error changes at these
 * slopes only. The slope that is returned lies in the middle between two of them, where no rounding decides a level.
 */
export function bestSlope(range: SlopeRange, observed: ObservedWidths): { error: number; slope: number } {
  const { w0, wm, flattest, steepest } = range;
  const rises = risesOf(range, observed);
  const first = (flattest + (rises[0]?.slope ?? steepest)) / 2;
  let error = widthError(w0, wm, first, observed);
  let best = { error, slope: first };
  rises.forEach(({ slope, change }, i) => {
    error += change;
    const next = rises[i + 1]?.slope ?? steepest;
    if (error < best.error && next > slope * (1 + 1e-12)) best = { error, slope: (slope + next) / 2 };
  });
  return { slope: best.slope, error: widthError(w0, wm, best.slope, observed) };
}

/** In the order of their slopes. */
function risesOf({ w0, wm, flattest, steepest }: SlopeRange, observed: ObservedWidths): Rise[] {
  const { stageLogs, ends, depth } = observed;
  const rises: Rise[] = [];
  let below = levelLog(w0, wm, 0);
  for (let level = 1; ; level++) {
    const threshold = wm ** (level - 0.5) - 1;
    const least = Math.max(1, Math.ceil(threshold / steepest));
    if (least > depth - 1) return rises.toSorted((a, b) => a.slope - b.slope);
    const above = levelLog(w0, wm, level);
    const end = Math.min(depth, threshold / flattest);
    let stage = 0;
    for (let block = least; block < end; block++) {
      while (block >= (ends[stage] ?? Infinity)) stage++;
      const width = stageLogs[stage] ?? 0;
      rises.push({ slope: threshold / block, change: Math.abs(above - width) - Math.abs(below - width) });
    }
    below = above;
  }
}
