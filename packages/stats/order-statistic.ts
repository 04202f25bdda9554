/** The k-th least of n uniform numbers, drawn without drawing the others: what resampling a median needs. */
import type { Random } from './random.ts';

/**
 * The k-th and the next least of n independent uniform numbers, k from 1 to n; the second is 1 for k = n. The k-th has Beta(k, n + 1 - k), a ratio of gammas, and the
 * rest lie evenly above it, so that the least of them is as far up as the least of n - k.
 */
export function drawOrderStatistics(n: number, k: number, random: Random): readonly [number, number] {
  const [below, above] = [drawGamma(k, random), drawGamma(n + 1 - k, random)];
  const own = below / (below + above);
  if (k === n) return [own, 1];
  return [own, 1 - (1 - own) * (1 - random.next()) ** (1 / (n - k))];
}

/** Gamma with the given shape, at least 1, and scale 1: Marsaglia and Tsang, "A simple method for generating gamma variables" (2000). */
function drawGamma(shape: number, random: Random): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = random.normal();
    const v = (1 + c * z) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < z ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
