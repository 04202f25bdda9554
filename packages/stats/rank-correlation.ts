/** How alike two lists order the same things. */

/** Spearman's rho: the correlation of ranks, ties sharing the mean of theirs; from -1 to 1, and 0 where a list is all ties. */
export function spearman(xs: readonly number[], ys: readonly number[]): number {
  if (xs.length !== ys.length)
    throw new RangeError(
      `a rank correlation needs two lists of one length, not of ${xs.length} and ${ys.length}`,
    );
  return correlation(ranks(xs), ranks(ys));
}

/** Mean ranks where values tie. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).toSorted((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const result = values.map(() => 0);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) end++;
    for (const i of order.slice(start, end)) result[i] = (start + end - 1) / 2;
    start = end;
  }
  return result;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (a.length - 1) / 2;
  let [both, ofA, ofB] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    const [x, y] = [value - mean, (b[i] ?? 0) - mean];
    both += x * y;
    ofA += x * x;
    ofB += y * y;
  }
  return ofA === 0 || ofB === 0 ? 0 : both / Math.sqrt(ofA * ofB);
}
