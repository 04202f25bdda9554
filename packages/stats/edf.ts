/**
 * The empirical distribution function of errors, and how far the true one may lie from it.
 *
 * Section 3.1, equation 1 of "Designing Network Design Spaces": F(e) = share of networks with error < e.
 * A point [e, share] here counts the errors <= e, the height of the stair behind its step at e, so that the greatest error has share 1;
 * equation 1 draws the same stair and differs at the steps themselves alone, by the step's height (`shareBelow`).
 */

/** An error and the share of errors <= it, in (0, 1]. */
export type EdfPoint = readonly [error: number, share: number];

/** One point for each error, ascending; of tied errors the last point has their share. The last share is 1. Empty for no errors. */
export function edf(errors: readonly number[]): EdfPoint[] {
  const sorted = errors.toSorted((a, b) => a - b);
  return sorted.map((error, rank) => [error, (rank + 1) / sorted.length]);
}

/** Equation 1 as it is written: the share of errors strictly below `error`; NaN for no errors. */
export function shareBelow(errors: readonly number[], error: number): number {
  return errors.filter((other) => other < error).length / errors.length;
}

/**
 * Half the height of the band around an EDF of n independent errors that holds the whole true distribution
 * with the given confidence: sqrt(ln(2 / (1 - confidence)) / 2n), capped at 1.
 * Dvoretzky, Kiefer and Wolfowitz (1956) with the constant of Massart (1990).
 */
export function dkwHalfHeight(n: number, confidence = 0.95): number {
  if (!(n >= 1)) throw new RangeError(`a band around an EDF needs at least one error, not n = ${n}`);
  if (!(confidence > 0 && confidence < 1))
    throw new RangeError(`confidence ${confidence} is not between 0 and 1; 0.95 is usual`);
  return Math.min(1, Math.sqrt(Math.log(2 / (1 - confidence)) / (2 * n)));
}
