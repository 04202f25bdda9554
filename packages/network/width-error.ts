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

/** Sum over blocks of |ln(predicted / observed)|; where it reaches `enough`, any number from there up. */
export function widthError(
  w0: number,
  wm: number,
  slope: number,
  observed: ObservedWidths,
  enough = Infinity,
): number {
  const excess = oneSided(1, w0, wm, wm, slope, observed, enough);
  return excess + oneSided(-1, w0, wm, wm, slope, observed, enough - excess);
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
 * At most the error of any multiplier and slope in these ranges. A block's level, round(ln(1 + slope · j) / ln wm), rises with
 * the slope and falls with wm; its width, w0 · wm^level, rises with wm and the level. So no block is narrower than at the least
 * slope, its level counted with the most wm and its width with the least; and none is wider than the other way round.
 */
export function leastWidthError(
  w0: number,
  leastWm: number,
  mostWm: number,
  leastSlope: number,
  mostSlope: number,
  observed: ObservedWidths,
  enough = Infinity,
): number {
  const excess = oneSided(1, w0, leastWm, mostWm, leastSlope, observed, enough);
  return excess + oneSided(-1, w0, mostWm, leastWm, mostSlope, observed, enough - excess);
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

/**
 * Sum over blocks of what ln(predicted / observed) is above 0 (`sign` 1) or below 0 (`sign` -1). Levels are counted with
 * `levelMultiplier`, widths with `widthMultiplier`: block j is at level k or above if 1 + slope · j ≥ wm^(k - 1/2).
 */
function oneSided(
  sign: 1 | -1,
  w0: number,
  widthMultiplier: number,
  levelMultiplier: number,
  slope: number,
  { stageLogs, ends }: ObservedWidths,
  enough: number,
): number {
  let exact = w0 / 8;
  let level = logOfMultiple(roundHalfEven(exact));
  let threshold = Math.sqrt(levelMultiplier);
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

/** ln 8m at place m, for the widths that networks have. */
const logsOfMultiples = Float64Array.from({ length: 1024 }, (_, m) => Math.log(8 * m));

function logOfMultiple(multiple: number): number {
  return multiple < logsOfMultiples.length ? (logsOfMultiples[multiple] ?? 0) : Math.log(8 * multiple);
}
