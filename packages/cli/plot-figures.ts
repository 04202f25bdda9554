/** The figures that `netspace plot` draws, by name. */
import { expectedBestChart } from '@netspace/analysis/band-chart';
import { bootstrapChart } from '@netspace/analysis/bootstrap-chart';
import { spaceColor, type Chart, type ChartSize, type KeyedSize } from '@netspace/analysis/chart';
import { curveChart } from '@netspace/analysis/curve-chart';
import { edfChart } from '@netspace/analysis/edf-chart';
import { expectedBests } from '@netspace/analysis/expected-best';
import { extremesOf, extremeWidthsChart } from '@netspace/analysis/extreme-widths-chart';
import type { Group } from '@netspace/analysis/group';
import type { Measurement } from '@netspace/analysis/measurement';
import { normalize, type ComplexityMeasure } from '@netspace/analysis/normalization';
import { normalizedEdfChart } from '@netspace/analysis/normalized-edf-chart';
import { pairChart } from '@netspace/analysis/pair-chart';
import { trendsOf } from '@netspace/analysis/trend';
import { trendChart } from '@netspace/analysis/trend-chart';
import { suggest } from '@netspace/network/suggestion';
import { UsageError } from './errors.ts';

/** What a figure is drawn of. */
export interface Population {
  readonly groups: readonly Group[];
  readonly measured: readonly Measurement[];
}

/** What a command line may say of a figure. */
export interface PlotWords {
  readonly parameter?: string;
  readonly measure: ComplexityMeasure;
  readonly networks: number;
  readonly worst?: true;
}

interface Plot {
  readonly about: string;
  /** Of `PlotWords`, those that this figure takes. */
  readonly takes: readonly ('parameter' | 'measure' | 'networks')[];
  readonly chart: (population: Population, size: KeyedSize, words: PlotWords) => Chart;
}

export const plots: Readonly<Record<string, Plot>> = {
  edf: {
    about: 'the distribution of errors of each space, with its 95 % band',
    takes: [],
    chart: ({ groups, measured }, size) => edfChart(groups, measured, size),
  },
  bootstrap: {
    about: 'error against a parameter, and where the best networks lie',
    takes: ['parameter'],
    chart: ({ groups, measured }, size, words) =>
      bootstrapChart(parametersOf(words, measured, 1)[0] ?? '', groups, measured, size),
  },
  widths: {
    about: 'the widths of the best networks of a space over their blocks, and the line through them',
    takes: ['networks'],
    chart: (population, size, { networks, worst }) => {
      checkOneSpace(population);
      const extremes = extremesOf(population.measured, networks);
      return extremeWidthsChart(worst ? extremes.worst : extremes.best, {
        color: spaceColor(0),
        size: plain(size),
      });
    },
  },
  trend: {
    about: 'a parameter of the best networks of a space over complexity',
    takes: ['parameter', 'measure'],
    chart: trendOf,
  },
  curves: {
    about: 'the learning curves of all networks',
    takes: [],
    chart: ({ groups, measured }, size) => curveChart(groups, measured, size),
  },
  normalized: {
    about: 'the distribution of errors of each space at equal complexity',
    takes: ['measure'],
    chart: ({ groups, measured }, size, { measure }) => {
      const normalization = normalize(measured, measure);
      if (normalization === null)
        throw new UsageError(`the spaces have no networks of equal ${measure}; try another --measure`);
      return normalizedEdfChart(groups, normalization, size);
    },
  },
  'expected-best': {
    about: 'what a random search of so many networks finds in each space, with its 95 % band',
    takes: [],
    chart: ({ groups, measured }, size) =>
      expectedBestChart(
        groups,
        groups.map(({ name }) =>
          expectedBests(measured.filter(({ space }) => space === name).map(({ error }) => error)),
        ),
        size,
      ),
  },
  pairs: {
    about: 'two parameters against each other, the best networks in the strongest colour',
    takes: ['parameter'],
    chart: ({ measured }, size, words) => {
      const [x = '', y = ''] = parametersOf(words, measured, 2);
      return pairChart([x, y], measured, size);
    },
  },
};

function trendOf(population: Population, size: KeyedSize, words: PlotWords): Chart {
  checkOneSpace(population);
  const { measured } = population;
  const [parameter = ''] = parametersOf(words, measured, 1);
  const trends = trendsOf(measured, words.measure);
  const trend = trends?.trends.find((each) => each.parameter === parameter);
  if (trend === undefined)
    throw new UsageError(
      trends === null
        ? `${measured.length} networks are too few for a trend: fewer than three ranges of ${words.measure} have four of them`
        : `${parameter} does not vary over ${words.measure}; there are trends of ${trends.trends.map((each) => each.parameter).join(', ')}`,
    );
  return trendChart(trend, { measure: words.measure, color: spaceColor(0), size: plain(size) });
}

function plain({ width, height }: KeyedSize): ChartSize {
  return { width, height };
}

function checkOneSpace({ groups }: Population): void {
  if (groups.length > 1)
    throw new UsageError(
      `this figure is of one space; name one of ${groups.map(({ name }) => name).join(', ')} by SOURCE#SPACE or --space`,
    );
}

/** Those that are named by --parameter, as many as a figure needs. */
function parametersOf(
  { parameter = '' }: PlotWords,
  measured: readonly Measurement[],
  count: number,
): readonly string[] {
  const known = [...new Set(measured.flatMap(({ parameters }) => Object.keys(parameters)))];
  const names = parameter.split(',');
  if (names.length !== count)
    throw new UsageError(
      `--parameter ${parameter}: this figure takes ${count === 1 ? 'one' : 'two, such as flops,depth'}`,
    );
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(
      `--parameter ${unknown}: these networks have ${known.join(', ')}${suggest(unknown, known)}`,
    );
  return names;
}
