/** Pearson's statistic of counts against probabilities, as a multiple of its 99.99 % quantile: above 1 the counts are of another distribution. */
export function chiSquared(counts: ReadonlyMap<string, number>, shares: ReadonlyMap<string, number>): number {
  const n = [...counts.values()].reduce((sum, count) => sum + count, 0);
  for (const key of counts.keys()) if (!shares.has(key)) return Infinity;
  const statistic = [...shares].reduce((sum, [key, share]) => {
    const expected = n * share;
    return sum + ((counts.get(key) ?? 0) - expected) ** 2 / expected;
  }, 0);
  // Wilson and Hilferty's approximation; 3.719 is the normal quantile at 0.9999.
  const freedom = shares.size - 1;
  return statistic / (freedom * (1 - 2 / (9 * freedom) + 3.719 * Math.sqrt(2 / (9 * freedom))) ** 3);
}

/** How often each key comes in `n` draws. */
export function countDraws(n: number, draw: () => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i < n; i++) {
    const key = draw();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
