/** Branch and bound over the parameters of quantized linear widths: halves what may hold a better fit, leaves out the rest. */
import { leastErrorFrom, leastMonotoneError, oneSidedError, type ObservedWidths } from './width-error.ts';
import { bestSlope } from './width-sweep.ts';

export interface Candidate {
  /** Sum over blocks of |ln(predicted / observed)|. */
  readonly error: number;
  readonly w0: number;
  readonly wm: number;
  /** wa / w0. */
  readonly slope: number;
}

/** Multipliers in thousandths, so that steps are exact: from `low` in steps to `high`. */
export interface Multipliers {
  readonly low: number;
  readonly high: number;
  readonly step: number;
}

/** Places of multipliers, `least` to `most`, and slopes, ends included. */
interface Box {
  readonly least: number;
  readonly most: number;
  readonly flattest: number;
  readonly steepest: number;
  /** At most what predictions in the box are above the observed widths, in all; it does not fall as the slope grows. */
  readonly excess: number;
  /** At most what they are below; it does not grow with the slope. */
  readonly deficit: number;
  /** At most the error of anything in the box. */
  readonly bound: number;
}

/** Sums that differ by less were only added in another order. */
const noise = 1e-9;

/**
 * `start`, or what is better with one of these w0, one of these multipliers and any slope; nothing of those is better still, unless
 * its error is `enough` already.
 */
export function searchWidths(
  start: Candidate,
  w0s: readonly number[],
  multipliers: Multipliers,
  observed: ObservedWidths,
  enough = 0,
): Candidate {
  return w0s.reduce((best, w0) => {
    if (best.error <= enough || leastErrorFrom(w0, observed) >= best.error - noise) return best;
    return searchFrom(w0, multipliers, observed, best, enough);
  }, start);
}

function searchFrom(
  w0: number,
  { low, high, step }: Multipliers,
  observed: ObservedWidths,
  start: Candidate,
  sufficient: number,
): Candidate {
  let best = start;
  const lastBlock = Math.max(1, observed.depth - 1);
  const multiplier = (place: number): number => (low + place * step) / 1000;

  const boxOf = (
    places: readonly [number, number],
    slopes: readonly [number, number],
    known: number,
  ): Box => {
    const [least, most] = places;
    const [narrow, wide] = [multiplier(least), multiplier(most)];
    const [flattest, steepest] = slopes;
    let bound = Math.max(known, leastMonotoneError(w0, narrow, wide, observed));
    const enough = best.error - noise;
    const excess =
      bound < enough ? oneSidedError(1, { w0, narrow, wide, slope: flattest }, observed, enough) : 0;
    const deficit =
      bound < enough
        ? oneSidedError(-1, { w0, narrow, wide, slope: steepest }, observed, enough - excess)
        : 0;
    bound = Math.max(bound, excess + deficit);
    return { least, most, flattest, steepest, excess, deficit, bound };
  };

  const halveMultipliers = ({ least, most, flattest, steepest, bound }: Box): readonly [Box, Box] => {
    const middle = (least + most) >> 1;
    return [
      boxOf([least, middle], [flattest, steepest], bound),
      boxOf([middle + 1, most], [flattest, steepest], bound),
    ];
  };

  /** Each half keeps one side of its parent's bound. */
  const halveSlopes = (box: Box, middle: number): readonly [Box, Box] => {
    const [narrow, wide] = [multiplier(box.least), multiplier(box.most)];
    const enough = best.error - noise;
    const excess = oneSidedError(1, { w0, narrow, wide, slope: middle }, observed, enough - box.deficit);
    const deficit = oneSidedError(-1, { w0, narrow, wide, slope: middle }, observed, enough - box.excess);
    return [
      { ...box, steepest: middle, deficit, bound: Math.max(box.bound, box.excess + deficit) },
      { ...box, flattest: middle, excess, bound: Math.max(box.bound, excess + box.deficit) },
    ];
  };

  const explore = (box: Box): void => {
    const { least, most, flattest, steepest, bound } = box;
    if (bound >= best.error - noise || best.error <= sufficient) return;
    const ratio = (1 + steepest * lastBlock) / (1 + flattest * lastBlock);
    if (least === most && ratio < 2) {
      const wm = multiplier(least);
      const found = bestSlope({ w0, wm, flattest, steepest }, observed);
      if (found.error < best.error - noise) best = { ...found, w0, wm };
      return;
    }
    // The middle of ln(1 + slope · last block).
    const middle = ((1 + flattest * lastBlock) * Math.sqrt(ratio) - 1) / lastBlock;
    const growth = multiplier(most) / multiplier(least) - 1;
    // Along the side that changes the last block's width more.
    const alongMultipliers = growth * Math.max(1, Math.log1p(steepest * lastBlock)) > Math.log(ratio);
    const [one, other] = alongMultipliers ? halveMultipliers(box) : halveSlopes(box, middle);
    const inOrder = one.bound <= other.bound;
    explore(inOrder ? one : other);
    explore(inOrder ? other : one);
  };

  // Steeper, the second block is at a level above every width, whatever the multiplier.
  const steepest = (2 * observed.largestWidth) / w0;
  explore(boxOf([0, Math.floor((high - low) / step)], [0, steepest], 0));
  return best;
}
