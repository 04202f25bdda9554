/**
 * How often does an interval of 95 % hold the truth? Simulated sweeps of two spaces of skewed errors, whose second space is worse by 0.5 points.
 *
 * Errors are 10 % + 5 % · exp(0.4 z), z normal, which has the skew of real sweeps; in the second setting one network in fifty fails besides (error 1).
 * Truths are exact: differences of means, medians and expected bests are the shift (times the share that does not fail, where some do), the
 * probability of superiority is a sum over a grid of 20,000 quantiles. For the band the share of sweeps is counted whose whole distribution lies within.
 *
 * Usage: tsx test/bench/coverage.ts [--sweeps 1000] [--sizes 30,100,300] [--resamples 1000]
 */
import { meanErrorDifference, type Errors } from '@netspace/analysis/mean-error';
import { bestDifference, defaultDraws } from '@netspace/stats/best';
import { dkwHalfHeight } from '@netspace/stats/edf';
import { meanDifference, probabilityBelow, type Interval } from '@netspace/stats/interval';
import { medianDifference } from '@netspace/stats/median-difference';
import { normalQuantile, normalShareBelow } from '@netspace/stats/normal';
import { random, type Random } from '@netspace/stats/random';
import { shareInterval } from '@netspace/stats/share';
import { theilSen } from '@netspace/stats/theil-sen';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    sweeps: { type: 'string', default: '1000' },
    sizes: { type: 'string', default: '30,100,300' },
    resamples: { type: 'string', default: '1000' },
  },
});
const [sweeps, resamples] = [Number(values.sweeps), Number(values.resamples)];
const shift = 0.005;

const errorOf = (z: number): number => 0.1 + 0.05 * Math.exp(0.4 * z);

/** Probability that an error of the first space is below one of the second, neither failed. */
function superiority(): number {
  const points = 20_000;
  const grid = Array.from({ length: points }, (_, i) => errorOf(normalQuantile((i + 0.5) / points)));
  let below = 0;
  let reached = 0;
  for (const error of grid) {
    while (reached < points && (grid[reached] ?? NaN) < error + shift) reached++;
    below += reached;
  }
  return below / points ** 2;
}

/** The expected least error of m networks of which some fail: a shift counts where at least one did not. */
const shiftOfBest = (failing: number, draws: number): number => shift * (1 - failing ** draws);

interface Sweep {
  readonly stream: Random;
  readonly a: readonly number[];
  readonly b: readonly number[];
}

interface Figure {
  readonly name: string;
  readonly holds: (sweep: Sweep) => boolean;
}

const within = ({ low, high }: Interval, truth: number): boolean => low <= truth && truth <= high;

function figuresFor(n: number, failing: number): Figure[] {
  const draws = defaultDraws(n, n);
  const better = superiority() * (1 - failing) ** 2 + failing * (1 - failing) + failing ** 2 / 2;
  const seeded = (stream: Random): { random: Random; resamples: number } => ({ random: stream, resamples });
  const figures: Figure[] = [
    {
      name: 'difference of means',
      holds: ({ a, b, stream }) =>
        within(meanErrorDifference(apart(b), apart(a), seeded(stream)).all, shift * (1 - failing)),
    },
    {
      name: '  by the bootstrap (BCa) alone',
      holds: ({ a, b, stream }) => within(meanDifference(b, a, seeded(stream)), shift * (1 - failing)),
    },
    {
      name: `difference of the best of ${draws}`,
      holds: ({ a, b }) => within(bestDifference(b, a, draws), shiftOfBest(failing, draws)),
    },
    {
      name: 'probability of superiority',
      holds: ({ a, b }) => within(probabilityBelow(a, b), better),
    },
  ];
  if (failing > 0) return figures;
  return [
    ...figures,
    {
      name: 'difference of medians (BCa)',
      holds: ({ a, b, stream }) => within(medianDifference(b, a, seeded(stream)), shift),
    },
    { name: 'slope of Theil and Sen', holds: ({ a, stream }) => slopeHolds(a, stream) },
    { name: 'band of the whole EDF (DKW, at least)', holds: ({ a }) => bandHolds(a) },
  ];
}

function apart(errors: readonly number[]): Errors {
  const completed = errors.filter((error) => error < 1);
  return { completed, failed: errors.length - completed.length };
}

/** A line of slope -0.02 over complexities drawn at random, with the errors' spread around it. */
function slopeHolds(errors: readonly number[], stream: Random): boolean {
  const xs = errors.map(() => stream.next());
  const ys = errors.map((error, i) => error - 0.02 * (xs[i] ?? NaN));
  return within(theilSen(xs, ys).slope, -0.02);
}

/** By Kolmogorov's distance, with the probabilities of the errors in place of the errors. */
function bandHolds(errors: readonly number[]): boolean {
  const sorted = errors.toSorted((x, y) => x - y);
  const below = sorted.map((error) => normalShareBelow(Math.log((error - 0.1) / 0.05) / 0.4));
  const n = errors.length;
  const gap = Math.max(...below.map((p, i) => Math.max(Math.abs(p - i / n), Math.abs((i + 1) / n - p))));
  return gap <= dkwHalfHeight(n);
}

for (const failing of [0, 0.02])
  for (const n of values.sizes.split(',').map(Number)) {
    console.log(
      `two spaces of ${n} networks${failing > 0 ? `, ${100 * failing} % of which fail` : ''}, ${sweeps} sweeps`,
    );
    for (const { name, holds } of figuresFor(n, failing)) {
      const stream = random(`${name} ${n} ${failing}`);
      const draw = (by: number): number[] =>
        Array.from({ length: n }, () => (stream.next() < failing ? 1 : by + errorOf(stream.normal())));
      const hits = Array.from({ length: sweeps }, () => holds({ stream, a: draw(0), b: draw(shift) })).filter(
        Boolean,
      ).length;
      const { low, high } = shareInterval(hits, sweeps, 0.95);
      console.log(
        `  ${name.padEnd(40)} ${((100 * hits) / sweeps).toFixed(1)} % (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`,
      );
    }
  }
