/**
 * The two-sample test of Kolmogorov and Smirnov: may two lists of errors come from one distribution?
 * "On Network Design Spaces for Visual Recognition" compares the EDFs of design spaces by it.
 */

export interface KsTest {
  /** D: the greatest distance between the two EDFs, from 0 to 1. */
  readonly statistic: number;
  /** Probability of a distance as great or greater if both lists came from one distribution. */
  readonly p: number;
  /** How p was found. */
  readonly method: 'exact' | 'asymptotic';
}

/** Up to this product of the two sizes p is exact; that many steps take a few milliseconds. */
const exactLimit = 4_000_000;

/** Both lists need at least one number. p is two-sided; exact p is conditional on the ties that the lists have. */
export function ksTest(a: readonly number[], b: readonly number[]): KsTest {
  if (a.length === 0 || b.length === 0)
    throw new RangeError(`a KS test needs two lists with numbers, not of ${a.length} and ${b.length}`);
  const { distance, stepEnds } = walk(a, b);
  const statistic = distance / (a.length * b.length);
  return a.length * b.length <= exactLimit
    ? { statistic, p: exactP(distance, stepEnds, a.length, b.length), method: 'exact' }
    : { statistic, p: asymptoticP(statistic, a.length, b.length), method: 'asymptotic' };
}

/**
 * P(D >= k / multiples) between the EDFs of two lists dealt at random from one, `size` of its numbers and the rest: what chance alone does.
 * `multiples` is the least common multiple of both sizes: distances are whole numbers over it. `size` from 1 to one less than the list's
 * length.
 */
export function dealtDistance(
  list: readonly number[],
  size: number,
): { multiples: number; atLeast: (k: number) => number } {
  const sorted = list.toSorted((a, b) => a - b);
  const stepEnds = sorted.map((value, k) => value !== sorted[k + 1]);
  const rest = sorted.length - size;
  const unit = greatestCommonDivisor(size, rest);
  return {
    multiples: (size * rest) / unit,
    atLeast: (k) => exactP(k * unit, stepEnds, size, rest),
  };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** The distance times both sizes, a whole number; and whether the k-th smallest number of both lists together is the last of its value. */
function walk(a: readonly number[], b: readonly number[]): { distance: number; stepEnds: boolean[] } {
  const both = [
    ...a.map((value) => ({ value, step: b.length })),
    ...b.map((value) => ({ value, step: -a.length })),
  ];
  both.sort((x, y) => x.value - y.value);
  const stepEnds = both.map(({ value }, k) => value !== both[k + 1]?.value);
  let height = 0;
  let distance = 0;
  for (const [k, { step }] of both.entries()) {
    height += step;
    if (stepEnds[k] === true) distance = Math.max(distance, Math.abs(height));
  }
  return { distance, stepEnds };
}

/**
 * The share of all orders of the numbers whose distance is at least this. Each order is a lattice path from (0, 0) to (n, m)
 * and all are equally likely; P(i, j) = P(a path to (i, j) has been out of bounds) = i/(i+j) P(i-1, j) + j/(i+j) P(i, j-1),
 * and 1 out of bounds. Sums of positive numbers alone, so that a small p is precise. Where numbers are tied no EDF has a step end. Only
 * points near the diagonal are visited, since all others are out of bounds.
 */
function exactP(distance: number, stepEnds: readonly boolean[], n: number, m: number): number {
  if (distance <= 0) return 1;
  const longest = longestTie(stepEnds);
  // No path comes so far from the diagonal without having been out of bounds at a step end before.
  const reach = distance + (longest - 1) * Math.max(n, m);
  // Paths out of bounds that are not at a step end are looked for where there are ties alone.
  const ties = longest > 1;
  const left = new Float64Array(m + 2).fill(1);
  const shares = Float64Array.from({ length: n + m + 1 }, (_, steps) => 1 / steps);
  for (let i = 0; i <= n; i++) {
    // Without ties the band ends before what is out of bounds.
    const from = ties ? Math.ceil((i * m - reach) / n) : Math.floor((i * m - distance) / n) + 1;
    const to = ties ? Math.floor((i * m + reach) / n) : Math.ceil((i * m + distance) / n) - 1;
    // The row above leaves its values where this row's band does not come.
    if (from > 0) left[from - 1] = 1;
    let beside = from > 0 ? 1 : 0;
    for (let j = Math.max(0, from), last = Math.min(m, to); j <= last; j++) {
      const steps = i + j;
      if (ties && steps > 0 && stepEnds[steps - 1] === true && Math.abs(i * m - j * n) >= distance)
        beside = 1;
      else if (steps === 0) beside = 0;
      else {
        const above = i > 0 ? i * (left[j] ?? 1) : 0;
        beside = (above + j * beside) * (shares[steps] ?? 0);
      }
      left[j] = beside;
    }
  }
  return Math.min(1, left[m] ?? 1);
}

/** How many numbers at most have one value. */
function longestTie(stepEnds: readonly boolean[]): number {
  let [longest, length] = [1, 0];
  for (const end of stepEnds) {
    length++;
    if (length > longest) longest = length;
    if (end) length = 0;
  }
  return longest;
}

/** Kolmogorov's limit 2 sum (-1)^(k-1) exp(-2 k^2 t^2) at t = D (r + .12 + .11/r), r = sqrt(nm/(n+m)): the correction of Stephens (1970). */
function asymptoticP(statistic: number, n: number, m: number): number {
  const root = Math.sqrt((n * m) / (n + m));
  const t = statistic * (root + 0.12 + 0.11 / root);
  if (t < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * t * t);
  return Math.min(1, Math.max(0, 2 * sum));
}
