/**
 * The ends of a bias-corrected and accelerated bootstrap interval: Efron (1987), "Better bootstrap confidence intervals". And of its
 * closed form for means: DiCiccio and Efron (1992), "More accurate confidence intervals in exponential families" (ABC).
 */
import { normalQuantile, normalShareBelow } from './normal.ts';

export interface BcaSample {
  readonly estimate: number;
  /** The estimate of each resample; they are sorted in place. */
  readonly replicates: Float64Array;
  /** How far each number of the sample moves the estimate: mean of all jackknife estimates less the one without it, over the list's size. */
  readonly influences: readonly number[];
  readonly confidence: number;
}

/** Replicates that all lie on one side of the estimate say nothing about its bias: then the ends are plain percentiles. */
export function bcaBounds(sample: BcaSample): { readonly low: number; readonly high: number } {
  const { estimate, replicates, influences, confidence } = sample;
  replicates.sort();
  const bias = normalQuantile(midShare(replicates, estimate));
  const acceleration = skewOf(influences);
  const level = (1 - confidence) / 2;
  const bound = (share: number): number => {
    if (!Number.isFinite(bias)) return at(replicates, share);
    const shifted = bias + normalQuantile(share);
    return at(replicates, normalShareBelow(bias + shifted / (1 - acceleration * shifted)));
  };
  return { low: bound(level), high: bound(1 - level) };
}

/**
 * What the ends of an estimate that is linear in its sample, a mean, come to without a resample. Both forms err by terms in 1/n; the
 * bootstrap's own noise comes on top of that for it alone. For a linear estimate Efron's bias is the acceleration itself.
 */
export function linearBounds({ estimate, influences, confidence }: Omit<BcaSample, 'replicates'>): {
  readonly low: number;
  readonly high: number;
} {
  const deviation = Math.sqrt(influences.reduce((sum, influence) => sum + influence ** 2, 0));
  const acceleration = skewOf(influences);
  const level = (1 - confidence) / 2;
  const bound = (share: number): number => {
    const shifted = acceleration + normalQuantile(share);
    return estimate + (deviation * shifted) / (1 - acceleration * shifted) ** 2;
  };
  return { low: bound(level), high: bound(1 - level) };
}

/** The share of replicates below the estimate, those equal to it counted half. */
function midShare(replicates: Float64Array, estimate: number): number {
  let share = 0;
  for (const replicate of replicates) share += replicate < estimate ? 1 : replicate === estimate ? 0.5 : 0;
  return share / replicates.length;
}

/** Efron's acceleration: a sixth of the skewness of the influences. */
function skewOf(influences: readonly number[]): number {
  const squares = influences.reduce((sum, influence) => sum + influence ** 2, 0);
  const cubes = influences.reduce((sum, influence) => sum + influence ** 3, 0);
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

function at(sorted: Float64Array, share: number): number {
  const rank = Math.min(sorted.length - 1, Math.max(0, Math.floor(share * sorted.length)));
  return sorted[rank] ?? NaN;
}
