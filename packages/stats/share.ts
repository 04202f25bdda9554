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
