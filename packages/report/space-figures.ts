/** The figures of a design space: its dimensions, the complexity of a sample, the block widths of a few networks. */
import { blockChart } from '@netspace/analysis/block-chart';
import { spaceColor, type Chart, type ChartSize } from '@netspace/analysis/chart';
import {
  complexityAxis,
  complexityEdfChart,
  complexityHistogram,
  complexityShares,
  type ComplexityAxis,
} from '@netspace/analysis/complexity-chart';
import { dimensionChart } from '@netspace/analysis/dimension-chart';
import { formatNumber } from '@netspace/analysis/wording';
import type { Network } from '@netspace/network/network';
import type { SampledNetwork } from '@netspace/space/sample';
import type { DimensionFacts } from './space-dimensions.ts';
import { measures, type Measure, type SampleRequest, type SpaceFacts } from './space-facts.ts';
import { describeSpread } from './space-wording.ts';

/** A chart with the words that belong to it. */
export interface SpaceFigure {
  readonly chart: Chart;
  readonly size: ChartSize;
  /** Above the chart. */
  readonly title: string;
  /** Below its title or the chart, a line each. */
  readonly lines: readonly string[];
}

/** A figure with its chart as `<svg>` text. */
export interface DrawnFigure extends SpaceFigure {
  readonly svg: string;
}

/** All that a page or sheet shows of one space. */
export interface SpacePart {
  readonly facts: SpaceFacts;
  readonly dimensions: readonly DrawnFigure[];
  readonly complexity: readonly DrawnFigure[];
  readonly blocks: readonly DrawnFigure[];
}

export interface SpacePicture {
  readonly parts: readonly SpacePart[];
  /** Of two spaces and more: their distribution functions in one chart a measure. */
  readonly comparison: readonly DrawnFigure[];
  readonly request: SampleRequest;
}

export interface SpaceFigures {
  /** Of the dimensions with more than one value. */
  readonly dimensions: readonly SpaceFigure[];
  readonly complexity: readonly SpaceFigure[];
  /** At most 20 networks of the sample, by their flops. */
  readonly blocks: readonly SpaceFigure[];
}

/** Networks whose block widths are shown. */
const shownNetworks = 20;

/** Four figures stand in a row, any other number of them in rows of three. */
const inRow = { four: { width: 252, height: 130 }, three: { width: 330, height: 130 } };
const complexitySize = { width: 330, height: 165 };
const comparisonSize = { width: 330, height: 240 };
const blockSize = { width: 200, height: 126 };

const measureTitles: Readonly<Record<Measure, { readonly title: string; readonly axis: string }>> = {
  flops: { title: 'Flops', axis: 'Multiply-adds of one image' },
  params: { title: 'Parameters', axis: 'Parameters' },
  activations: { title: 'Activations', axis: 'Output elements of one image' },
};

/** The figures of each space; those of complexity have the same axes for all. */
export function spaceFigures(all: readonly SpaceFacts[]): SpaceFigures[] {
  const complexity = measures.map((measure) => complexityFigures(measure, all));
  return all.map((facts, i) => ({
    dimensions: dimensionFigures(facts, spaceColor(i)),
    complexity: complexity.flatMap((figures) => figures.slice(i, i + 1)),
    blocks: shownOf(facts).map((sampled) => blockFigure(sampled, spaceColor(i))),
  }));
}

/** One figure a measure with the distribution functions of all spaces. */
export function comparisonFigures(all: readonly SpaceFacts[]): SpaceFigure[] {
  return measures.map((measure) => {
    const groups = all.map(({ name, values }) => ({ name, values: values[measure] }));
    const chart = complexityEdfChart(groups, axisOf(measure, all), comparisonSize);
    return { chart, size: comparisonSize, title: measureTitles[measure].title, lines: [] };
  });
}

function axisOf(measure: Measure, all: readonly SpaceFacts[]): ComplexityAxis {
  return complexityAxis(
    measureTitles[measure].axis,
    all.flatMap(({ values }) => values[measure]),
  );
}

function dimensionFigures({ dimensions }: SpaceFacts, color: string): SpaceFigure[] {
  const free = dimensions.filter(({ values }) => values.values.length > 1);
  const size = free.length === 4 ? inRow.four : inRow.three;
  return free.map((dimension) => dimensionFigure(dimension, color, size));
}

function dimensionFigure(
  { title, unit, distribution, draws, values }: DimensionFacts,
  color: string,
  size: ChartSize,
): SpaceFigure {
  const chart = dimensionChart(values, { title: unit, color, size });
  const count = `${formatNumber(values.values.length)} values, ${draws}`;
  return { chart, size, title, lines: [distribution, count] };
}

function complexityFigures(measure: Measure, all: readonly SpaceFacts[]): SpaceFigure[] {
  const axis = axisOf(measure, all);
  const shares = all.map(({ values }) => complexityShares(values[measure], axis));
  const greatestShare = Math.max(...shares.flat());
  return all.map(({ spread }, i) => {
    const look = {
      axis,
      greatestShare,
      median: spread[measure].median,
      color: spaceColor(i),
      size: complexitySize,
    };
    return {
      chart: complexityHistogram(shares[i] ?? [], look),
      size: complexitySize,
      title: measureTitles[measure].title,
      lines: [describeSpread(spread[measure])],
    };
  });
}

/** The first of the sample, which are as random as any. */
function shownOf({ sample }: SpaceFacts): SampledNetwork[] {
  return sample.networks.slice(0, shownNetworks).toSorted((a, b) => a.complexity.flops - b.complexity.flops);
}

function blockFigure({ network, complexity, generator }: SampledNetwork, color: string): SpaceFigure {
  const { initialWidth, widthSlope } = generator ?? {};
  const line =
    initialWidth === undefined || widthSlope === undefined ? {} : { line: { initialWidth, widthSlope } };
  return {
    chart: blockChart(network, { ...line, color, size: blockSize }),
    size: blockSize,
    title: `${formatNumber(complexity.flops)} flops`,
    lines: describeStages(network),
  };
}

/** "d 1/1/4/7", "w 24/56/152/368", "b 1, g 8"; what all stages share is said once. */
function describeStages({ stages, block }: Network): string[] {
  const each = (valueOf: (stage: (typeof stages)[number]) => number): string => {
    const values = stages.map(valueOf);
    return new Set(values).size === 1 ? `${values[0]}` : values.join('/');
  };
  const widths = [
    `d\u00a0${stages.map(({ depth }) => depth).join('/')}`,
    `w\u00a0${stages.map(({ width }) => width).join('/')}`,
  ];
  if (block !== 'bottleneck' && block !== 'linear-bottleneck') return widths;
  return [
    ...widths,
    `b\u00a0${each(({ bottleneckRatio }) => Number(bottleneckRatio.toFixed(3)))}, g\u00a0${each(({ groupWidth }) => groupWidth)}`,
  ];
}
