/** Do so many networks of each space rank the spaces as all networks do? [NDS], Section 4, asks the same of EDFs. */
import type { BootstrapOptions, Interval } from '@netspace/stats/interval';
import { normalShareBelow } from '@netspace/stats/normal';
import { mean, quantile } from '@netspace/stats/quantile';

export interface Ranking {
  /** The errors of each space. */
  readonly lists: readonly (readonly number[])[];
  /** Networks of each space that a study would have. */
  readonly size: number;
  /** Pairs of spaces whose means are nearer to each other than that have no order worth finding. */
  readonly margin: number;
  /** The share of the other pairs that must come out in their order. */
  readonly wanted: number;
}

interface Moments {
  readonly mean: number;
  readonly variance: number;
}

/**
 * The expected share of pairs in their order, P = mean of Phi(|difference| / sqrt((s_a² + s_b²) / size)): new samples are meant, so no list has to
 * be longer than `size`. Interval and p-values by bootstrapping the networks of all spaces, with pairs and orders as all networks have them.
 */
export function rankingOf(
  { lists, size, margin, wanted }: Ranking,
  { random, resamples = 2000 }: BootstrapOptions,
): { readonly effect: Interval; readonly supports: number; readonly opposes: number } {
  const pairs = clearPairs(lists.map(mean), margin);
  const share = (moments: readonly Moments[]): number =>
    mean(pairs.map((pair) => orderedShare(moments, pair, size)));
  if (pairs.length === 0) return { effect: { estimate: NaN, low: 0, high: 1 }, supports: 1, opposes: 1 };
  const replicates = Array.from({ length: resamples }, () =>
    share(lists.map((list) => momentsOf(list.map(() => list[random.below(list.length)] ?? NaN)))),
  );
  const pOf = (holds: (value: number) => boolean): number =>
    (1 + replicates.filter(holds).length) / (resamples + 1);
  return {
    effect: {
      estimate: share(lists.map(momentsOf)),
      low: quantile(replicates, 0.025),
      high: quantile(replicates, 0.975),
    },
    supports: pOf((value) => value <= wanted),
    opposes: pOf((value) => value >= wanted),
  };
}

type Pair = readonly [lower: number, higher: number];

function clearPairs(means: readonly number[], margin: number): Pair[] {
  return means.flatMap((a, i) => means.flatMap((b, k): Pair[] => (b - a >= margin ? [[i, k]] : [])));
}

function orderedShare(moments: readonly Moments[], [lower, higher]: Pair, size: number): number {
  const [a, b] = [moments[lower], moments[higher]];
  if (!a || !b) return NaN;
  const error = Math.sqrt((a.variance + b.variance) / size);
  return error === 0 ? Number(b.mean > a.mean) : normalShareBelow((b.mean - a.mean) / error);
}

function momentsOf(list: readonly number[]): Moments {
  const centre = mean(list);
  return { mean: centre, variance: list.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (list.length - 1) };
}
