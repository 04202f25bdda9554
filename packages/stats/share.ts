/** How sure a share is that was seen in a sample. */
import { normalQuantile } from './normal.ts';

/**
 * Wilson's interval (1927) for a probability of which `hits` of `trials` came true; 0 to 1 without trials.
 * Unlike p ± z·sqrt(p(1 - p)/n) it is right for shares near 0 and 1: 0 of 1,000 gives 0 to 0.0038.
 */
export function shareInterval(
  hits: number,
  trials: number,
  confidence: number,
): { readonly low: number; readonly high: number } {
  if (trials === 0) return { low: 0, high: 1 };
  const z = normalQuantile((1 + confidence) / 2);
  const share = hits / trials;
  const scale = 1 + z ** 2 / trials;
  const middle = (share + z ** 2 / (2 * trials)) / scale;
  const half = (z * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2))) / scale;
  return {
    low: hits === 0 ? 0 : Math.max(0, middle - half),
    high: hits === trials ? 1 : Math.min(1, middle + half),
  };
}

/** P(at least `hits` of `trials` come true) where each does with probability `share`: the exact binomial tail. */
export function shareAtLeast(hits: number, trials: number, share: number): number {
  if (hits <= 0) return 1;
  if (hits > trials || share <= 0) return 0;
  if (share >= 1) return 1;
  // By logarithms: the powers of a small share underflow where the sum does not.
  let term = trials * Math.log1p(-share);
  let below = 0;
  for (let k = 0; k < hits; k++) {
    below += Math.exp(term);
    term += Math.log(((trials - k) / (k + 1)) * (share / (1 - share)));
  }
  return Math.max(0, 1 - below);
}

/**
 * Jeffreys' interval for a probability: the middle of Beta(hits + 1/2, misses + 1/2), up to 0 where nothing came true and to 1 where everything did. In the mean over all probabilities
 * it holds the truth as often as it says, near 0 and 1 too, where Wilson's is rather too wide (Brown, Cai and DasGupta 2001).
 */
export function jeffreysInterval(
  hits: number,
  trials: number,
  confidence: number,
): { readonly low: number; readonly high: number } {
  if (trials === 0) return { low: 0, high: 1 };
  const quantile = halfBetaQuantiles(hits, trials - hits);
  return {
    low: hits === 0 ? 0 : quantile((1 - confidence) / 2),
    high: hits === trials ? 1 : quantile((1 + confidence) / 2),
  };
}

/** Quantiles of Beta(a + 1/2, b + 1/2): with x = sin² of an angle the density is sin^2a cos^2b, summed by trapezoids around its peak. */
function halfBetaQuantiles(a: number, b: number): (share: number) => number {
  const peak = Math.atan2(Math.sqrt(a), Math.sqrt(b));
  // The logarithm of the density bends at its peak by 4 (a + b): behind 10 deviations there is nothing left of it.
  const reach = 10 / Math.sqrt(4 * (a + b));
  const [from, to] = [Math.max(0, peak - reach), Math.min(Math.PI / 2, peak + reach)];
  const log = (angle: number): number =>
    (a === 0 ? 0 : 2 * a * Math.log(Math.sin(angle))) + (b === 0 ? 0 : 2 * b * Math.log(Math.cos(angle)));
  const steps = 4000;
  const width = (to - from) / steps;
  const densities = Array.from({ length: steps + 1 }, (_, i) => Math.exp(log(from + i * width) - log(peak)));
  const sums = [0];
  for (let i = 1; i <= steps; i++)
    sums.push((sums[i - 1] ?? 0) + ((densities[i - 1] ?? 0) + (densities[i] ?? 0)) / 2);
  return (share) => {
    const wanted = share * (sums[steps] ?? NaN);
    const i = sums.findIndex((sum) => sum >= wanted);
    const [before, after] = [sums[i - 1] ?? 0, sums[i] ?? NaN];
    return Math.sin(from + (i - 1 + (wanted - before) / (after - before)) * width) ** 2;
  };
}
