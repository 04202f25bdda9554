/**
 * Does the short schedule rank networks as four times the epochs do? Single trainings cannot tell where seeds differ as much as networks, so
 * the pilot's networks are trained with several seeds each, by both schedules, and their mean errors are ranked.
 */
import { formatNetwork, networkKey } from '@netspace/network/interchange';
import { groupBySpace } from '@netspace/population/population';
import type { Trial } from '@netspace/population/trial';
import type { Interval } from '@netspace/stats/interval';
import { mean, quantile } from '@netspace/stats/quantile';
import { random } from '@netspace/stats/random';
import { spearman } from '@netspace/stats/rank-correlation';
import { parseDocument } from 'yaml';

export interface RankingSchedule {
  /** "ranking-short": of the plan, and of the file of its trials. */
  readonly name: string;
  /** Times the epochs of the plan whose networks are trained. */
  readonly epochs: number;
  readonly seeds: number;
}

export const rankingSchedules = [
  { name: 'ranking-short', epochs: 1, seeds: 6 },
  { name: 'ranking-long', epochs: 4, seeds: 2 },
] as const satisfies readonly RankingSchedule[];

/** The plan that trains the networks of another plan's trials once more, as often as the schedule says. */
export function rankingPlan(
  plan: string,
  trials: readonly Trial[],
  { name, epochs, seeds }: RankingSchedule,
): string {
  const document = parseDocument(plan);
  document.setIn(['name'], `findings-pilot-${name}`);
  document.setIn(['recipe', 'epochs'], epochs * Number(document.getIn(['recipe', 'epochs'])));
  document.deleteIn(['window']);
  const spaces = groupBySpace(trials).map((space) => ({
    name: space.name,
    members: space.trials.map(({ network }) => JSON.parse(formatNetwork(network)) as object),
    seeds,
  }));
  document.setIn(['spaces'], document.createNode(spaces));
  return document.toString();
}

interface SeedErrors {
  readonly space: string;
  /** A seed each. */
  readonly errors: readonly number[];
}

/** Networks by their key. A training that failed has error 1. */
function seedErrors(trials: readonly Trial[]): Map<string, SeedErrors> {
  const networks = new Map<string, { space: string; errors: number[] }>();
  for (const { space, network, status, error } of trials) {
    const key = `${space}\n${networkKey(network)}`;
    const known = networks.get(key) ?? { space, errors: [] };
    known.errors.push(status === 'completed' ? (error ?? 1) : 1);
    networks.set(key, known);
  }
  return networks;
}

export interface SeedRanking {
  readonly n: number;
  readonly seeds: readonly [short: number, long: number];
  /** Spearman's rho of the means over the seeds; 95 % percentile bootstrap over networks. */
  readonly rho: Interval;
  /** What rho would be if both schedules ranked alike but for the luck of so many seeds; NaN where there is one. */
  readonly ceiling: number;
}

type Pair = readonly [short: readonly number[], long: readonly number[]];

/** Ranks the networks that both have, of one space or of all, by the means of their first `seeds` trainings. */
export function rankBySeedMeans(
  short: readonly Trial[],
  long: readonly Trial[],
  { space, seeds = [Infinity, Infinity] }: { space?: string; seeds?: readonly [number, number] } = {},
): SeedRanking {
  const others = seedErrors(long);
  const pairs = [...seedErrors(short)].flatMap(([key, { space: own, errors }]): Pair[] => {
    const other = others.get(key);
    if (other === undefined || (space !== undefined && own !== space)) return [];
    return [[errors.slice(0, seeds[0]), other.errors.slice(0, seeds[1])]];
  });
  if (pairs.length < 3)
    throw new RangeError(`the two lists of trainings share ${pairs.length} networks; at least 3 are needed`);
  const stream = random('ranking');
  const replicates = Array.from({ length: 2000 }, () =>
    rhoOf(pairs.map(() => pairs[stream.below(pairs.length)] ?? [[], []])),
  );
  return {
    n: pairs.length,
    seeds: [pairs[0]?.[0].length ?? 0, pairs[0]?.[1].length ?? 0],
    rho: { estimate: rhoOf(pairs), low: quantile(replicates, 0.025), high: quantile(replicates, 0.975) },
    ceiling: Math.sqrt(reliability(pairs.map(([own]) => own)) * reliability(pairs.map(([, other]) => other))),
  };
}

/** Rank correlation to be expected between these means and those of as many other seeds: Spearman-Brown, from the mean over pairs of seeds. */
function reliability(networks: readonly (readonly number[])[]): number {
  const seeds = networks[0]?.length ?? 0;
  const of = (seed: number): number[] => networks.map((errors) => errors[seed] ?? NaN);
  const places = Array.from({ length: seeds }, (_, i) => i);
  const rho = mean(places.flatMap((a) => places.slice(0, a).map((b) => spearman(of(a), of(b)))));
  return (seeds * rho) / (1 + (seeds - 1) * rho);
}

function rhoOf(pairs: readonly Pair[]): number {
  return spearman(
    pairs.map(([short]) => mean(short)),
    pairs.map(([, long]) => mean(long)),
  );
}
