/** Flops, params or activations of a space's sampled networks: a histogram of one space, EDFs of several. */
import { extentOf } from '@netspace/stats/quantile';
import { edf } from '@netspace/stats/edf';
import { logarithmicTicks } from './axis-ticks.ts';
import { chartConfig, spaceColor, spaceDash, type Chart, type ChartSize } from './chart.ts';

/** What the charts of one measure share, so that spaces can be compared. */
export interface ComplexityAxis {
  /** With unit: "Flops (multiply-adds)". */
  readonly title: string;
  readonly low: number;
  readonly high: number;
}

/** Bars of a histogram. */
const binCount = 32;

/** An axis that holds all values, all of them above 0; around a single one half as much and twice as much. */
export function complexityAxis(title: string, values: readonly number[]): ComplexityAxis {
  const [low, high] = extentOf(values);
  return high > low ? { title, low, high } : { title, low: low / 2, high: high * 2 };
}

/** The share of the values in each of 32 bins of equal ratio, first to last; the top end of the axis is in the last. */
export function complexityShares(values: readonly number[], { low, high }: ComplexityAxis): number[] {
  const counts = Array.from({ length: binCount }, () => 0);
  for (const value of values) {
    const bin = Math.floor((binCount * Math.log(value / low)) / Math.log(high / low));
    const inside = Math.min(binCount - 1, Math.max(0, bin));
    counts[inside] = (counts[inside] ?? 0) + 1;
  }
  return counts.map((count) => count / values.length);
}

/** Bars of the shares, on a logarithmic axis, and a rule at the median. `greatestShare` is the top of the axis of shares. */
export function complexityHistogram(
  shares: readonly number[],
  look: {
    readonly axis: ComplexityAxis;
    readonly greatestShare: number;
    readonly median: number;
    readonly color: string;
    readonly size: ChartSize;
  },
): Chart {
  const { axis, greatestShare, median, color, size } = look;
  const border = (bin: number): number => axis.low * (axis.high / axis.low) ** (bin / binCount);
  const rows = shares.map((share, bin) => ({ from: border(bin), to: border(bin + 1), share }));
  const y = {
    field: 'share',
    type: 'quantitative',
    title: 'Share of networks',
    scale: { domain: [0, greatestShare], nice: true },
    axis: { tickCount: 3, format: '.1~%' },
  };
  return {
    ...frame(size),
    layer: [
      {
        data: { values: rows },
        mark: { type: 'bar', color, binSpacing: 0.5 },
        encoding: { x: logarithmic(axis, 'from', size), x2: { field: 'to' }, y, y2: { datum: 0 } },
      },
      {
        data: { values: [{ median }] },
        mark: { type: 'rule', color: 'var(--ink)', strokeWidth: 1.5, strokeDash: [4, 3] },
        encoding: { x: logarithmic(axis, 'median', size) },
      },
    ],
  } as Chart;
}

/** A stair a space: the share of its networks with at most so much. */
export function complexityEdfChart(
  groups: readonly { readonly name: string; readonly values: readonly number[] }[],
  axis: ComplexityAxis,
  size: ChartSize,
): Chart {
  const rows = groups.flatMap(({ name, values }) => [
    { space: name, value: axis.low, share: 0 },
    ...edf(values).map(([value, share]) => ({ space: name, value, share })),
    { space: name, value: axis.high, share: 1 },
  ]);
  const domain = groups.map(({ name }) => name);
  const bySpace = (look: (index: number) => unknown): object => ({
    field: 'space',
    type: 'nominal',
    legend: null,
    scale: { domain, range: domain.map((_, i) => look(i)) },
  });
  return {
    ...frame(size),
    data: { values: rows },
    mark: { type: 'line', interpolate: 'step-after', strokeWidth: 2.25 },
    encoding: {
      x: logarithmic(axis, 'value', size),
      y: {
        field: 'share',
        type: 'quantitative',
        title: 'Share of networks',
        scale: { domain: [0, 1] },
        axis: { format: '.0%', tickCount: 5 },
      },
      color: bySpace(spaceColor),
      strokeDash: bySpace(spaceDash),
    },
  } as Chart;
}

function frame(size: ChartSize): object {
  return { ...size, autosize: { type: 'fit', contains: 'padding' }, config: chartConfig };
}

function logarithmic({ title, low, high }: ComplexityAxis, field: string, { width }: ChartSize): object {
  return {
    field,
    type: 'quantitative',
    title,
    scale: { type: 'log', domain: [low, high], nice: false },
    axis: { grid: false, format: '.4~s', values: logarithmicTicks(low, high, Math.round(width / 60)) },
  };
}
