/** The standard normal distribution: its share below a value, and back. */

/**
 * P(Z <= x). Within 3 of the middle by the Taylor series around 0, outside by Laplace's continued fraction of the tail,
 * so that small tails keep their relative precision (about 1e-12).
 */
export function normalShareBelow(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x > 3) return 1 - tail(x);
  if (x < -3) return tail(-x);
  // Phi(x) = 1/2 + phi(x) (x + x^3/3 + x^5/(3*5) + ...)
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-18; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + density(x) * sum;
}

/** The value with P(Z <= value) = share; -Infinity and Infinity at 0 and 1. */
export function normalQuantile(share: number): number {
  if (!(share >= 0 && share <= 1))
    throw new RangeError(`normal quantile at ${share}: the share must be from 0 to 1`);
  if (share === 0 || share === 1) return share === 0 ? -Infinity : Infinity;
  // By symmetry only the lower half, whose tail is precise; 39 holds the least positive double.
  if (share > 0.5) return -normalQuantile(1 - share);
  let low = -39;
  let high = 0;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (normalShareBelow(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function density(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** P(Z > x) for x >= 3: phi(x) / (x + 1/(x + 2/(x + 3/(x + ...)))). */
function tail(x: number): number {
  let fraction = x;
  for (let k = 80; k >= 1; k--) fraction = x + k / fraction;
  return density(x) / fraction;
}
