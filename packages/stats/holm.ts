/** Several tests at once: p by p, none is to be found by chance alone. */

/**
 * Holm (1979): the k-th smallest of N p-values times N - k + 1, never below the one before it, at most 1; in the order given.
 * To call those up to 5 % found errs with at most 5 % in any of them, however the tests depend on each other.
 */
export function holmCorrected(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).toSorted((i, j) => (ps[i] ?? NaN) - (ps[j] ?? NaN));
  const corrected = ps.map(() => NaN);
  let least = 0;
  for (const [rank, i] of order.entries()) {
    least = Math.max(least, Math.min(1, (ps[i] ?? NaN) * (ps.length - rank)));
    corrected[i] = least;
  }
  return corrected;
}
