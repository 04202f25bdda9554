/** Branch and bound over the parameters of quantized linear widths: halves what may hold a better fit, leaves out the rest. */
import {
  leastErrorFrom,
  leastMonotoneError,
  leastWidthError,
  widthError,
  type ObservedWidths,
} from './width-error.ts';

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

/** Steps of the multiplier, and rises, ln(1 + slope · (depth - 1)); ends included. */
interface Box {
  readonly least: number;
  readonly most: number;
  readonly flattest: number;
  readonly steepest: number;
  /** At most the error of anything in the box. */
  readonly bound: number;
}

/** Sums that differ by less were only added in another order. */
const noise = 1e-9;

/** `start`, or what is better with one of these w0, one of these multipliers and any slope; nothing of those is better still. */
export function searchWidths(
  start: Candidate,
  w0s: readonly number[],
  multipliers: Multipliers,
  observed: ObservedWidths,
): Candidate {
  return w0s.reduce((best, w0) => {
    if (leastErrorFrom(w0, observed) >= best.error - noise) return best;
    return new WidthSearch(w0, multipliers, observed, best).run();
  }, start);
}

class WidthSearch {
  readonly #w0: number;
  readonly #multipliers: Multipliers;
  readonly #observed: ObservedWidths;
  readonly #lastBlock: number;
  #best: Candidate;

  constructor(w0: number, multipliers: Multipliers, observed: ObservedWidths, best: Candidate) {
    this.#w0 = w0;
    this.#multipliers = multipliers;
    this.#observed = observed;
    this.#lastBlock = Math.max(1, observed.depth - 1);
    this.#best = best;
  }

  run(): Candidate {
    const { low, high, step } = this.#multipliers;
    // Steeper, the second block is at a level above every width, whatever the multiplier.
    const steepest = Math.log1p((2 * this.#observed.largestWidth * this.#lastBlock) / this.#w0);
    this.#explore(this.#box(0, Math.floor((high - low) / step), 0, steepest, 0, true));
    return this.#best;
  }

  #explore(box: Box): void {
    if (!this.#isPromising(box)) return;
    this.#tryMiddle(box);
    const [one, other] = this.#halve(box);
    if (one === undefined || other === undefined) return;
    const inOrder = one.bound <= other.bound;
    this.#explore(inOrder ? one : other);
    this.#explore(inOrder ? other : one);
  }

  #isPromising({ bound }: Box): boolean {
    return bound < this.#best.error - noise;
  }

  #tryMiddle({ least, most, flattest, steepest }: Box): void {
    const wm = this.#multiplier((least + most) >> 1);
    const slope = this.#slope((flattest + steepest) / 2);
    const error = widthError(this.#w0, wm, slope, this.#observed, this.#best.error);
    if (error < this.#best.error - noise) this.#best = { error, w0: this.#w0, wm, slope };
  }

  /** Along the side that changes the last block's width more; nothing where both sides are points. */
  #halve({ least, most, flattest, steepest, bound }: Box): Box[] {
    const rise = steepest - flattest;
    const growth = this.#multiplier(most) / this.#multiplier(least) - 1;
    if (least < most && growth * Math.max(1, steepest) > rise) {
      const middle = (least + most) >> 1;
      return [
        this.#box(least, middle, flattest, steepest, bound, true),
        this.#box(middle + 1, most, flattest, steepest, bound, true),
      ];
    }
    if (rise < noise) return [];
    const middle = flattest + rise / 2;
    return [
      this.#box(least, most, flattest, middle, bound, false),
      this.#box(least, most, middle, steepest, bound, false),
    ];
  }

  /** `known` bounds a box that this one is part of; `isNarrower` where this one has fewer multipliers. */
  #box(
    least: number,
    most: number,
    flattest: number,
    steepest: number,
    known: number,
    isNarrower: boolean,
  ): Box {
    const [narrow, wide] = [this.#multiplier(least), this.#multiplier(most)];
    let bound = known;
    if (isNarrower) bound = Math.max(bound, leastMonotoneError(this.#w0, narrow, wide, this.#observed));
    const box = { least, most, flattest, steepest, bound };
    if (!this.#isPromising(box)) return box;
    const slopes = [this.#slope(flattest), this.#slope(steepest)] as const;
    const error = leastWidthError(this.#w0, narrow, wide, ...slopes, this.#observed, this.#best.error);
    return error > bound ? { ...box, bound: error } : box;
  }

  #multiplier(place: number): number {
    return (this.#multipliers.low + place * this.#multipliers.step) / 1000;
  }

  #slope(rise: number): number {
    return Math.expm1(rise) / this.#lastBlock;
  }
}
