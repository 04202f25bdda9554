/** Two design spaces side by side: is one better, by how much, and how sure is that? */
import { probabilityBelow, type Interval } from '@netspace/stats/interval';
import { ksTest, type KsTest } from '@netspace/stats/ks';
import type { Random } from '@netspace/stats/random';
import { allErrors, meanErrorDifference, type Errors } from './mean-error.ts';
import { formatP, formatPoints } from './wording.ts';

export interface Comparison {
  /** Names of the two spaces. */
  readonly a: string;
  readonly b: string;
  readonly ks: KsTest;
  /** Mean error of a less that of b, a fraction; negative where a is better. 95 % interval: by the bootstrap (BCa), and by Jeffreys' interval for failures. */
  readonly meanDifference: Interval;
  /** The same of the networks that completed alone; where none failed it is equal. Null where a space has none. */
  readonly completedMeanDifference: Interval | null;
  /** Probability that a random network of a has a lower error than one of b; 95 % score interval. */
  readonly superiority: Interval;
  /** The space whose mean error is lower beyond chance, if either's is. */
  readonly better: string | null;
  /** The verdict in a few words. */
  readonly headline: string;
  /** The figures it rests on. */
  readonly detail: string;
}

export interface SpaceErrors extends Errors {
  readonly name: string;
}

/**
 * `random` feeds the bootstrap alone: the same stream gives the same interval. One of several pairs is judged by an interval of more
 * than the usual confidence, while the interval that is shown stays one of 95 %.
 */
export function compareSpaces(
  a: SpaceErrors,
  b: SpaceErrors,
  random: Random,
  confidence = usualConfidence,
): Comparison {
  const [errorsA, errorsB] = [allErrors(a), allErrors(b)];
  const ks = ksTest(errorsA, errorsB);
  const { all: difference, completed } = meanErrorDifference(a, b, { random: random.fork('all') });
  const enough = Math.min(errorsA.length, errorsB.length) >= fewest;
  const { low, high } =
    confidence === usualConfidence
      ? difference
      : meanErrorDifference(a, b, { random: random.fork('verdict'), resamples: 10_000, confidence }).all;
  const better = !enough ? null : high < 0 ? a.name : low > 0 ? b.name : null;
  return {
    a: a.name,
    b: b.name,
    ks,
    meanDifference: difference,
    completedMeanDifference: completed,
    superiority: probabilityBelow(errorsA, errorsB),
    better,
    ...wordsOf(a, b, difference, ks, better),
  };
}

/** Below this many networks on either side no verdict is given: a bootstrap of so few knows too little of their spread. */
export const fewest = 5;

const usualConfidence = 0.95;

function wordsOf(
  a: SpaceErrors,
  b: SpaceErrors,
  difference: Interval,
  ks: KsTest,
  better: string | null,
): { headline: string; detail: string } {
  const aIsLower = difference.estimate <= 0;
  const [lower, higher] = aIsLower ? [a.name, b.name] : [b.name, a.name];
  const gain = aIsLower ? negated(difference) : difference;
  const by = `lower by ${formatPoints(gain.estimate)} points (95 % interval ${formatPoints(gain.low)} to ${formatPoints(gain.high)})`;
  const sizes = `n = ${a.completed.length + a.failed} and ${b.completed.length + b.failed}`;
  return better === null
    ? {
        headline: `${a.name} and ${b.name} cannot be told apart by their mean errors yet`,
        detail: `the mean error of ${lower} is ${by}, KS ${formatP(ks.p)}, ${sizes}.`,
      }
    : {
        headline: `${lower} is better than ${higher}`,
        detail: `mean error ${by}, KS ${formatP(ks.p)}, ${sizes}.`,
      };
}

/** How much lower the better space's mean is where failed networks are left out: said beside a verdict that failures decide. */
export function completedDetail({ a, b, completedMeanDifference }: Comparison): string {
  if (completedMeanDifference === null) return '';
  const aIsLower = completedMeanDifference.estimate <= 0;
  const gain = aIsLower ? negated(completedMeanDifference) : completedMeanDifference;
  return (
    `Among networks that completed, the mean error of ${aIsLower ? a : b} is lower than that of ${aIsLower ? b : a} by ` +
    `${formatPoints(gain.estimate)} points (${formatPoints(gain.low)} to ${formatPoints(gain.high)}).`
  );
}

function negated({ estimate, low, high }: Interval): Interval {
  return { estimate: -estimate, low: -high, high: -low };
}
