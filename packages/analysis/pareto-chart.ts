/** Errors of networks against what they cost, with the front that nothing else beats in both. */
import { chartConfig, errorAxis, spaceColor, type Chart, type ChartSize } from './chart.ts';
import { paretoFront } from './pareto.ts';

export interface CostPoint {
  readonly name: string;
  /** Above 0. */
  readonly cost: number;
  readonly error: number;
  /** An interval of the error, where there is one. */
  readonly low?: number;
  readonly high?: number;
  /** Its colour: the place of its kind. */
  readonly kind: number;
}

export interface ParetoChartOptions {
  /** With unit: "Flops (multiply-adds)". */
  readonly title: string;
  readonly errorTitle: string;
  readonly size: ChartSize;
  /** Vega's format of a cost; "~s" for 1.2M. */
  readonly format?: string;
}

/** Points, their intervals, and the front as a stair: to its right nothing is worse. */
export function paretoChart(points: readonly CostPoint[], options: ParetoChartOptions): Chart {
  const { title, errorTitle, size, format = '.3~s' } = options;
  const front = paretoFront(points.map(({ cost, error }) => ({ x: cost, y: error }))).flatMap(
    (index) => points[index] ?? [],
  );
  const greatest = Math.max(...points.map(({ cost }) => cost));
  const last = front.at(-1);
  const stairs = last ? [...front, { ...last, cost: greatest }] : [];
  const ends = points.flatMap(({ error, low = error, high = error }) => [error, low, high]);
  const shown = ends.filter((each) => Number.isFinite(each));
  const x = {
    field: 'cost',
    type: 'quantitative',
    title,
    scale: { zero: false, nice: true },
    axis: { grid: false, format, tickCount: 4 },
  };
  const y = {
    field: 'error',
    type: 'quantitative',
    title: errorTitle,
    scale: { zero: false, nice: true },
    axis: errorAxis(shown, 4),
  };
  return {
    ...size,
    autosize: { type: 'fit', contains: 'padding' },
    config: chartConfig,
    layer: [
      {
        data: { values: stairs },
        mark: { type: 'line', interpolate: 'step-after', color: 'var(--muted)', strokeWidth: 1.25 },
        encoding: { x, y },
      },
      {
        data: { values: points.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high)) },
        mark: { type: 'rule', strokeWidth: 1.5, opacity: 0.6 },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color: colorByKind },
      },
      {
        data: { values: points },
        mark: { type: 'point', filled: true, size: 62, opacity: 0.9 },
        encoding: { x, y, color: colorByKind },
      },
    ],
  } as Chart;
}

const kinds = [0, 1, 2, 3, 4, 5];
const colorByKind = {
  field: 'kind',
  type: 'nominal',
  legend: null,
  scale: { domain: kinds, range: kinds.map(spaceColor) },
};
