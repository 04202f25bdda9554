/** How the parameters of the best networks change with complexity (Section 4, Figures 11 and 12). */
import { bestRanges, type BestRange } from '@netspace/stats/bootstrap';
import { leastSquares, theilSen, type Line } from '@netspace/stats/theil-sen';
import type { Measurement } from './measurement.ts';
import type { ComplexityMeasure } from './normalization.ts';

/** The networks of one range of complexity. */
export interface Regime extends BestRange {
  /** Networks in it. */
  readonly n: number;
  /** Of its best network: complexity, error, and the parameter's value. */
  readonly complexity: number;
  readonly error: number;
  readonly best: number;
}

export interface Trend {
  readonly parameter: string;
  /** Whether the parameter is taken by its logarithm, as what is a size or a rate is. */
  readonly logarithmic: boolean;
  /** By complexity, each with the 95 % range of the best of a quarter of its networks (exact bootstrap). */
  readonly regimes: readonly Regime[];
  /**
   * Lines through the best networks of the regimes over the binary logarithm of complexity. A slope is what a doubling of complexity adds to the
   * parameter; of a logarithmic one (binary logarithm too) it is the exponent: parameter ~ complexity^slope. 95 % intervals.
   */
  readonly robust: Line;
  readonly linear: Line;
}

export interface Trends {
  readonly measure: ComplexityMeasure;
  readonly trends: readonly Trend[];
  /** Ranges of complexity with too few networks, of all. */
  readonly leftOut: number;
  readonly regimes: number;
}

/** A regime of fewer networks has no quarter to draw. */
const fewestNetworks = 4;

const logarithmicParameters = new Set([
  'flops',
  'params',
  'activations',
  'initialWidth',
  'widthSlope',
  'groupWidth',
  'learningRate',
  'weightDecay',
]);

/**
 * The trends of one space's networks over regimes of equal ratio; by default one for every eight networks, from 3 to 12. Networks that
 * failed stay in with error 1. Null where fewer than three regimes have four networks.
 */
export function trendsOf(
  members: readonly Measurement[],
  measure: ComplexityMeasure = 'flops',
  count = Math.min(12, Math.max(3, Math.trunc(members.length / 8))),
): Trends | null {
  const regimes = regimesOf(members, measure, count);
  const filled = regimes.filter(({ length }) => length >= fewestNetworks);
  if (filled.length < 3) return null;
  const names = Object.keys(members[0]?.parameters ?? {}).filter(
    (name) => name !== measure && members.every(({ parameters }) => parameters[name] !== undefined),
  );
  const varying = names.filter((name) =>
    members.some(({ parameters }) => parameters[name] !== members[0]?.parameters[name]),
  );
  const rows = filled.map((own) => regimeRows(varying, own, measure));
  return {
    measure,
    regimes: regimes.length,
    leftOut: regimes.length - filled.length,
    trends: varying.map((name, i) => {
      const positive = filled.every((own) => own.every(({ parameters }) => (parameters[name] ?? NaN) > 0));
      const logarithmic = logarithmicParameters.has(name) && positive;
      return trendOf(
        name,
        rows.flatMap((row) => row[i] ?? []),
        logarithmic,
      );
    }),
  };
}

function regimesOf(
  members: readonly Measurement[],
  measure: ComplexityMeasure,
  count: number,
): Measurement[][] {
  const values = members.map((member) => member[measure]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const regimes: Measurement[][] = Array.from({ length: count }, () => []);
  for (const member of members) {
    const place = Math.log(member[measure] / low) / Math.log(high / low);
    regimes[Math.min(count - 1, Math.floor(place * count)) || 0]?.push(member);
  }
  return regimes;
}

function trendOf(parameter: string, regimes: readonly Regime[], logarithmic: boolean): Trend {
  const xs = regimes.map(({ complexity }) => Math.log2(complexity));
  const ys = regimes.map(({ best }) => (logarithmic ? Math.log2(best) : best));
  return { parameter, logarithmic, regimes, robust: theilSen(xs, ys), linear: leastSquares(xs, ys) };
}

/** What a regime says of each parameter, in their order. */
function regimeRows(
  parameters: readonly string[],
  members: readonly Measurement[],
  measure: ComplexityMeasure,
): Regime[] {
  const best = members.reduce((least, member) => (member.error < least.error ? member : least));
  const valuesOf = (name: string): number[] => members.map((member) => member.parameters[name] ?? NaN);
  const ranges = bestRanges(
    parameters.map(valuesOf),
    members.map(({ error }) => error),
  );
  return parameters.map((name, i) => ({
    n: members.length,
    complexity: best[measure],
    error: best.error,
    best: best.parameters[name] ?? NaN,
    ...(ranges[i] ?? { low: NaN, median: NaN, high: NaN }),
  }));
}

/** The parameter on a line at a complexity. */
export function trendAt({ logarithmic }: Trend, { slope, intercept }: Line, complexity: number): number {
  const value = intercept + slope.estimate * Math.log2(complexity);
  return logarithmic ? 2 ** value : value;
}
