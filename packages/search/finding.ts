/** What a search has found, and how sure that is: the networks of the finals with intervals over seeds and test images. */
import type { Complexity } from '@netspace/network/complexity';
import type { Network } from '@netspace/network/network';
import { standardError } from '@netspace/stats/mean-interval';
import type { Interval } from '@netspace/stats/interval';
import { normalQuantile } from '@netspace/stats/normal';
import { mean } from '@netspace/stats/quantile';
import { shareInterval } from '@netspace/stats/share';
import { studentQuantile } from '@netspace/stats/student';
import type { CostedNetwork } from './candidates.ts';
import type { Examination } from './examination.ts';
import type { Budget } from './request.ts';

/** A network of the finals; lists have an element a seed. */
export interface Finalist extends Complexity {
  readonly name: string;
  readonly network: Network;
  /** Found by this search, or published. */
  readonly kind: 'found' | 'published';
  readonly latency: number;
  readonly seeds: readonly number[];
  readonly validationErrors: readonly number[];
  readonly testErrors: readonly number[];
  readonly balancedErrors: readonly number[];
  /** Mean test error, with an interval over what another seed and other test images would give. */
  readonly error: Interval;
  readonly models: readonly (string | undefined)[];
  /** Which limits of the budget it is above. */
  readonly exceeds: readonly (keyof Budget)[];
}

/** The recommended network's mean test error less another's. */
export interface FinalComparison {
  readonly name: string;
  readonly difference: Interval;
  readonly verdict: 'better' | 'worse' | 'cannot tell';
}

export interface Standing {
  readonly finalists: readonly Finalist[];
  /** Chosen by validation errors alone, so that its test error is honest. */
  readonly recommended: Finalist;
  /** Its model with the least validation error: the seed that is exported, and the model's own test error with its interval. */
  readonly exported: { readonly seed: number; readonly model: string; readonly testError: Interval };
  /** With each other finalist; together they are wrong in one of twenty searches. */
  readonly comparisons: readonly FinalComparison[];
}

const confidence = 0.95;

export function standingOf(
  examinations: readonly Examination[],
  costs: ReadonlyMap<string, CostedNetwork>,
  about: { readonly budget: Budget; readonly rivals: readonly string[] },
): Standing {
  const names = [...new Set(examinations.map(({ name }) => name))];
  const groups = names.map((name) => examinations.filter((each) => each.name === name));
  const finalists = groups.flatMap((group) => finalistOf(group, costs, about) ?? []);
  const recommended = choose(finalists);
  const own = groups.find(([first]) => first?.name === recommended.name) ?? [];
  const others = groups.filter((group) => group !== own);
  return {
    finalists,
    recommended,
    exported: exportedOf(own),
    comparisons: others.map((other) => compare(own, other, others.length)),
  };
}

function finalistOf(
  group: readonly Examination[],
  costs: ReadonlyMap<string, CostedNetwork>,
  { budget, rivals }: { readonly budget: Budget; readonly rivals: readonly string[] },
): Finalist | undefined {
  const [first] = group;
  const cost = first && costs.get(first.name);
  if (!first || !cost) return undefined;
  const { network, flops, params, activations, latency } = cost;
  return {
    name: first.name,
    network,
    kind: rivals.includes(first.name) ? 'published' : 'found',
    flops,
    params,
    activations,
    latency,
    seeds: group.map(({ seed }) => seed),
    validationErrors: group.map(({ validationError }) => validationError),
    testErrors: group.map(({ testError }) => testError),
    balancedErrors: group.map(({ balancedError }) => balancedError),
    error: spread(
      group.map(({ testError }) => testError),
      meansOf(group),
      confidence,
    ),
    models: group.map(({ model }) => model),
    exceeds: limits.filter((limit) => cost[limit] > (budget[limit] ?? Infinity)),
  };
}

const limits = ['flops', 'params', 'activations', 'latency'] as const;

/** Within the budget where any is; of equal means the cheaper one. */
function choose(finalists: readonly Finalist[]): Finalist {
  const allowed = finalists.filter(({ exceeds }) => exceeds.length === 0);
  const [best] = (allowed.length > 0 ? allowed : finalists).toSorted(
    (a, b) => mean(a.validationErrors) - mean(b.validationErrors) || a.flops - b.flops,
  );
  if (!best) throw new RangeError('finals without a network have no winner');
  return best;
}

function exportedOf(group: readonly Examination[]): Standing['exported'] {
  const [best] = group.toSorted((a, b) => a.validationError - b.validationError);
  if (best?.model === undefined) throw new RangeError('the recommended network has no model');
  const { wrong, testImages, seed, model, testError } = best;
  return {
    seed,
    model,
    testError: { estimate: testError, ...shareInterval(wrong.length, testImages, confidence) },
  };
}

/** Seeds are in common, so differences are taken seed by seed and image by image; confidence is shared out among all comparisons (Bonferroni). */
function compare(own: readonly Examination[], other: readonly Examination[], count: number): FinalComparison {
  const pairs = own.flatMap((mine) => {
    const theirs = other.find(({ seed }) => seed === mine.seed);
    return theirs ? [mine.testError - theirs.testError] : [];
  });
  const [mine, theirs] = [meansOf(own), meansOf(other)];
  const images = mine.map((share, image) => share - (theirs[image] ?? 0));
  const difference = spread(pairs, images, 1 - (1 - confidence) / count);
  const verdict = difference.high < 0 ? 'better' : difference.low > 0 ? 'worse' : 'cannot tell';
  return { name: other[0]?.name ?? '', difference, verdict };
}

/**
 * Mean of the seeds' values, with reach² = (t · standard error over seeds)² + (z · standard error over images)²: the two are different
 * accidents, another seed and other images. Of one seed nothing is known: the interval is all numbers.
 */
function spread(seeds: readonly number[], images: readonly number[], level: number): Interval {
  const estimate = mean(seeds);
  if (seeds.length < 2) return { estimate, low: -Infinity, high: Infinity };
  const overSeeds = studentQuantile((1 + level) / 2, seeds.length - 1) * standardError(seeds);
  const overImages = normalQuantile((1 + level) / 2) * standardError(images);
  const reach = Math.hypot(overSeeds, overImages);
  return { estimate, low: estimate - reach, high: estimate + reach };
}

/** For each test image, the share of seeds that took it for another class. */
function meansOf(group: readonly Examination[]): number[] {
  const shares = Array.from({ length: group[0]?.testImages ?? 0 }, () => 0);
  for (const { wrong } of group)
    for (const image of wrong) shares[image] = (shares[image] ?? 0) + 1 / group.length;
  return shares;
}
