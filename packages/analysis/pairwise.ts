/** Populations side by side, each with each: all that two lists of errors say about which is better, and what it would take to know. */
import { bestDifference, defaultDraws } from '@netspace/stats/best';
import { holmCorrected } from '@netspace/stats/holm';
import type { Interval } from '@netspace/stats/interval';
import type { KsTest } from '@netspace/stats/ks';
import { medianDifference } from '@netspace/stats/median-difference';
import { moreToSettle } from '@netspace/stats/power';
import { random, type Random } from '@netspace/stats/random';
import { compareSpaces, fewest, type Comparison, type SpaceErrors } from './comparison.ts';
import { allErrors } from './mean-error.ts';
import { counted, formatP } from './wording.ts';

/**
 * Intervals are of 95 % for each pair. Where there are several pairs, `better` and `moreNetworks` go by intervals of 1 - 5 % / pairs
 * (Bonferroni), so that no pair is told apart by chance in 95 of 100 comparisons.
 */
export interface PairComparison extends Comparison {
  /** `corrected` is p for all pairs together (Holm); p itself where there is one. */
  readonly ks: KsTest & { readonly corrected: number };
  /** Median error of a less that of b. 95 % bootstrap interval (BCa). */
  readonly medianDifference: Interval;
  /** Of the expected least errors of `draws` networks of each, not of the two least errors, which hang on the sizes. 95 % jackknife interval. */
  readonly minDifference: Interval & { readonly draws: number };
  /**
   * Networks that each would need more for a difference of means as large as it looks to be found in 80 of 100 cases;
   * 0 where it is, null where a million would not do or a population of one has no spread.
   */
  readonly moreNetworks: number | null;
  /** The answer, the figures, what would settle it, and the failures. */
  readonly sentence: string;
}

export interface PairwiseOptions {
  /** Of the bootstrap; default 1. */
  readonly seed?: number | string;
  /** Networks drawn of each for `minDifference`, at most the size of the smallest population; default half of the smaller one of a pair. */
  readonly draws?: number;
}

/** All pairs in the order of the populations, each of which needs a network with a result. */
export function comparePairwise(
  populations: readonly SpaceErrors[],
  { seed = 1, draws }: PairwiseOptions = {},
): PairComparison[] {
  const pairs = populations.flatMap((a, i) => populations.slice(i + 1).map((b) => [a, b] as const));
  const confidence = 1 - 0.05 / Math.max(1, pairs.length);
  const stream = random(seed);
  const compared = pairs.map(([a, b]) =>
    comparePair(a, b, stream.fork(`${a.name}\n${b.name}`), confidence, draws),
  );
  const corrected = holmCorrected(compared.map(({ ks }) => ks.p));
  return compared.map((pair, i) => {
    const ks = { ...pair.ks, corrected: corrected[i] ?? NaN };
    return { ...pair, ks, sentence: sentenceOf({ ...pair, ks }, pairs[i] ?? [], pairs.length) };
  });
}

type UncorrectedPair = Omit<PairComparison, 'ks' | 'sentence'> & { readonly ks: KsTest };

function comparePair(
  a: SpaceErrors,
  b: SpaceErrors,
  stream: Random,
  confidence: number,
  draws: number | undefined,
): UncorrectedPair {
  const [errorsA, errorsB] = [allErrors(a), allErrors(b)];
  const comparison = compareSpaces(a, b, stream, confidence);
  const budget = draws ?? defaultDraws(errorsA.length, errorsB.length);
  return {
    ...comparison,
    medianDifference: medianDifference(errorsA, errorsB, { random: stream.fork('median') }),
    minDifference: { ...bestDifference(errorsA, errorsB, budget), draws: budget },
    moreNetworks: comparison.better === null ? moreNetworks(errorsA, errorsB, confidence) : 0,
  };
}

/** The interval decides, not the formula: while it holds 0, at least one more network is needed. */
function moreNetworks(a: readonly number[], b: readonly number[], confidence: number): number | null {
  const smaller = Math.min(a.length, b.length);
  if (smaller < 2) return null;
  const more = moreToSettle(a, b, { confidence });
  return more === null ? null : Math.max(1, fewest - smaller, more);
}

function sentenceOf(
  { headline, detail, ks, better, moreNetworks: more }: Omit<PairComparison, 'sentence'>,
  spaces: readonly SpaceErrors[],
  pairs: number,
): string {
  return [
    `${headline}: ${detail}`,
    ...(pairs > 1 ? [`For all ${pairs} pairs together KS ${formatP(ks.corrected)}.`] : []),
    ...(better === null ? [settlement(more)] : []),
    ...spaces.filter(({ failed }) => failed > 0).map(failureNote),
  ].join(' ');
}

function settlement(more: number | null): string {
  return more === null
    ? 'No number of networks that could be trained would settle so small a difference, or there are too few to say.'
    : `If the difference is as large as it looks, ${counted(more, 'more network')} of each would settle it (in 80 of 100 cases).`;
}

function failureNote({ name, completed, failed }: SpaceErrors): string {
  const verb = failed === 1 ? 'counts' : 'count';
  return `${failed} of ${counted(completed.length + failed, 'network')} of ${name} failed or diverged and ${verb} with error 100 %.`;
}
