/** What the pilot found, as the Markdown of its README. */
import { formatPercent } from '@netspace/analysis/wording';
import type { Trial } from '@netspace/population/trial';
import { groupBySpace } from '@netspace/population/population';
import type { Interval } from '@netspace/stats/interval';
import { bestRate, networksNeeded, persistence, spreadOf, windowFigures } from './pilot-analysis.ts';
import { rankBySeedMeans, type SeedRanking } from './pilot-ranking.ts';

export type PilotTrials = Readonly<
  Record<
    'optimizer' | 'window' | 'short' | 'seeds' | 'long' | 'ranking-short' | 'ranking-long',
    readonly Trial[]
  >
>;

export function describePilot(
  { optimizer, window, short, seeds, long, ...rankings }: PilotTrials,
  { margin, tests }: { readonly margin: number; readonly tests: number },
): string {
  const spread = spreadOf(short, seeds);
  const rho = persistence(short, long);
  const ceiling = persistence(short, seeds);
  const needed = networksNeeded(spread.total, margin, tests);
  return [
    `**Rates** (${optimizer.length} networks). The best of a quarter has:`,
    '',
    '| | 2.5 % | median | 97.5 % |',
    '| --- | --- | --- | --- |',
    ...(['learningRate', 'weightDecay'] as const).map((key) => {
      const { low, median, high } = bestRate(optimizer, key);
      return `| ${key} | ${[low, median, high].map((value) => value.toPrecision(2)).join(' | ')} |`;
    }),
    '',
    '**Windows.**',
    '',
    '| window | networks | mean error | standard deviation, points | seconds a training |',
    '| --- | --- | --- | --- | --- |',
    ...windowFigures(window).map(
      (each) =>
        `| ${each.space} | ${each.n} | ${formatPercent(each.mean)} | ${points(each.spread)} | ${each.seconds.toFixed(1)} |`,
    ),
    '',
    `**Spread** (${spread.n} networks, two seeds each): ${points(spread.total)} points within a space, of these ${points(spread.seeds)} from seed to seed and ${points(spread.networks)} between networks.`,
    '',
    `**Ranking** (${rho.n} networks): Spearman's rho of the errors after the short and after four times as many epochs is ${rho.estimate.toFixed(2)} (95 % interval ${rho.low.toFixed(2)} to ${rho.high.toFixed(2)}). Of the short trainings themselves with two seeds it is ${ceiling.estimate.toFixed(2)} (${ceiling.low.toFixed(2)} to ${ceiling.high.toFixed(2)}): single trainings do not rank more surely than that.`,
    '',
    ...describeRanking(
      [...rankings['ranking-short'], ...short, ...seeds],
      [...rankings['ranking-long'], ...long],
    ),
    '',
    `**Networks a space** for a difference, or a margin, of ${points(margin)} points with a power of 0.8: ${needed['differ']} to differ and ${needed['equal']} to be equal; ${needed['differCorrected']} and ${needed['equalCorrected']} for the first of ${tests} tests by Holm's method.`,
  ].join('\n');
}

/** All trainings by either schedule; networks are the same. */
function describeRanking(short: readonly Trial[], long: readonly Trial[]): string[] {
  const all = rankBySeedMeans(short, long);
  const rows = [
    ...[1, 2, 3].map((seeds) => rankBySeedMeans(short, long, { seeds: [seeds, seeds] })),
    all,
  ].map((ranking) => rankingRow('all', ranking));
  const spaces = groupBySpace(short).map(({ name }) =>
    rankingRow(name, rankBySeedMeans(short, long, { space: name })),
  );
  return [
    `**Ranking by means over seeds** (${all.n} networks, each with ${all.seeds.join(' and ')} seeds). Spearman's rho of the mean errors after the short schedule and after four times as many epochs; last, what it would be if the two differed by the luck of so many seeds alone (Spearman-Brown):`,
    '',
    '| networks | seeds, short | seeds, four times the epochs | rho (95 % interval) | if both ranked alike |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    ...spaces,
  ];
}

function rankingRow(networks: string, { seeds, rho, ceiling }: SeedRanking): string {
  const alike = Number.isNaN(ceiling) ? '' : ceiling.toFixed(2);
  return `| ${networks} | ${seeds.join(' | ')} | ${interval(rho)} | ${alike} |`;
}

function interval({ estimate, low, high }: Interval): string {
  return `${estimate.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

function points(fraction: number): string {
  return (100 * fraction).toFixed(2);
}
