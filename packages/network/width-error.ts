/** How far quantized linear widths are from a network's, for single parameters and as a bound for ranges of them. Section 3.3. */
import { roundHalfEven } from './rounding.ts';

/** What is fitted: a network's widths, as natural logarithms. */
export interface ObservedWidths {
  /** ln of the width of each stage. */
  readonly stageLogs: readonly number[];
  /** Number of blocks up to and with each stage. */
  readonly ends: readonly number[];
  readonly depth: number;
  readonly largestWidth: number;
}

/** Sum over blocks of |ln(predicted / observed)|. */
export function widthError(w0: number, wm: number, slope: number, observed: ObservedWidths): number {
  const prediction = { w0, narrow: wm, wide: wm, slope };
  return oneSidedError(1, prediction, observed) + oneSidedError(-1, prediction, observed);
}

/** At most the error with this w0, whatever the multiplier and slope: no block is narrower, and the first is as wide. */
export function leastErrorFrom(w0: number, { stageLogs, ends }: ObservedWidths): number {
  const least = Math.log(w0);
  let sum = Math.max(0, (stageLogs[0] ?? 0) - least);
  let start = 0;
  for (let i = 0; i < ends.length; i++) {
    const end = ends[i] ?? 0;
    sum += (end - start) * Math.max(0, least - (stageLogs[i] ?? 0));
    start = end;
  }
  return sum;
}

/**
 * At most the error of any multiplier in the range, slopes of any size: the first block is at level 0, levels never fall,
 * and each level's width lies between those of the least and the most wm. The least error of levels that never fall is
 * reached with one level a stage, since all blocks of a stage have the same error at a level.
 */
export function leastMonotoneError(
  w0: number,
  leastWm: number,
  mostWm: number,
  observed: ObservedWidths,
): number {
  const { stageLogs, ends, largestWidth } = observed;
  // The least error of the stages up to each one, this one's level being at most the present one.
  const errors = stageLogs.map(() => Infinity);
  const first = Math.abs(Math.log(w0) - (stageLogs[0] ?? 0));
  for (let narrow = w0 / 8, wide = w0 / 8; ; narrow *= leastWm, wide *= mostWm) {
    const multiple = roundHalfEven(narrow);
    const least = logOfMultiple(multiple);
    const most = leastWm === mostWm ? least : logOfMultiple(roundHalfEven(wide));
    let before = first;
    let start = 1;
    for (let i = 0; i < errors.length; i++) {
      const end = ends[i] ?? 0;
      before = Math.min(errors[i] ?? 0, before + (end - start) * outside(stageLogs[i] ?? 0, least, most));
      errors[i] = before;
      start = end;
    }
    if (multiple * 8 >= largestWidth) return before;
  }
}

function outside(value: number, least: number, most: number): number {
  if (value < least) return least - value;
  return value > most ? value - most : 0;
}

/** A slope and multipliers from `narrow` to `wide`. */
export interface Prediction {
  readonly w0: number;
  readonly narrow: number;
  readonly wide: number;
  /** wa / w0. */
  readonly slope: number;
}

/**
 * At most the sum over blocks of what ln(predicted / observed) is above 0 (`sign` 1) for slopes from this one up, or below 0
 * (`sign` -1) for slopes up to this one, whatever the multiplier. A block's level, round(ln(1 + slope · j) / ln wm), rises with the
 * slope and falls with wm; its width, w0 · wm^level, rises with wm and the level. So no block is narrower than with its level
 * counted by the wide multiplier and its width by the narrow one; and none is wider than the other way round. With one multiplier
 * it is the very sum. Where it reaches `enough`, any number from there up.
 */
export function oneSidedError(
  sign: 1 | -1,
  { w0, narrow, wide, slope }: Prediction,
  { stageLogs, ends }: ObservedWidths,
  enough = Infinity,
): number {
  const widthMultiplier = sign === 1 ? narrow : wide;
  const levelMultiplier = sign === 1 ? wide : narrow;
  let exact = w0 / 8;
  let level = logOfMultiple(roundHalfEven(exact));
  let threshold = Math.sqrt(levelMultiplier);
  // Block j is at level k or above if 1 + slope · j ≥ wm^(k - 1/2).
  let nextLevelFrom = (threshold - 1) / slope;
  let block = 0;
  let sum = 0;
  for (let stage = 0; stage < ends.length && sum < enough; stage++) {
    const end = ends[stage] ?? 0;
    const observed = stageLogs[stage] ?? 0;
    while (block < end) {
      while (block >= nextLevelFrom) {
        exact *= widthMultiplier;
        threshold *= levelMultiplier;
        nextLevelFrom = (threshold - 1) / slope;
        if (block < nextLevelFrom) level = logOfMultiple(roundHalfEven(exact));
      }
      const until = Math.min(end, Math.ceil(nextLevelFrom));
      const difference = sign * (level - observed);
      if (difference > 0) sum += (until - block) * difference;
      block = until;
    }
  }
  return sum;
}

/** ln of the width of a level: w0 · wm^level, to a multiple of 8. */
export function levelLog(w0: number, wm: number, level: number): number {
  return logOfMultiple(roundHalfEven((w0 * wm ** level) / 8));
}

/** ln 8m at place m, for the widths that networks have. */
const logsOfMultiples = Float64Array.from({ length: 1024 }, (_, m) => Math.log(8 * m));

function logOfMultiple(multiple: number): number {
  return multiple < logsOfMultiples.length ? (logsOfMultiples[multiple] ?? 0) : Math.log(8 * multiple);
}
