/** One parameter of the best networks over complexity: a dot and a range a regime, and two lines through the dots (Figures 11 and 12). */
import { logarithmicTicks } from './axis-ticks.ts';
import { chartConfig, linkingParams, type Chart, type ChartSize } from './chart.ts';
import type { ComplexityMeasure } from './normalization.ts';
import { trendAt, type Trend } from './trend.ts';
import { formatNumber, parameterTitle } from './wording.ts';

/** Dot: the best network of each regime. Rule: the 95 % range of the best of a quarter. Line: robust; dashed: least squares. */
export function trendChart(
  trend: Trend,
  {
    measure,
    color,
    size,
  }: { readonly measure: ComplexityMeasure; readonly color: string; readonly size: ChartSize },
): Chart {
  const complexities = trend.regimes.map(({ complexity }) => complexity);
  const [low, high] = [Math.min(...complexities), Math.max(...complexities)];
  const x = {
    field: 'complexity',
    type: 'quantitative',
    title: parameterTitle(measure),
    scale: { type: 'log', nice: false, padding: 10 },
    axis: {
      grid: false,
      format: '~s',
      values: logarithmicTicks(low, high, Math.max(3, Math.round(size.width / 70))),
    },
  };
  const y = (field: string): object => axisOf(trend, field);
  return {
    ...size,
    autosize: { type: 'fit', contains: 'padding' },
    config: chartConfig,
    params: linkingParams,
    layer: [
      {
        data: { values: trend.regimes },
        mark: { type: 'rule', color, strokeWidth: 5, opacity: 0.3, strokeCap: 'round' },
        encoding: { x, y: y('low'), y2: { field: 'high' } },
      },
      ...(['robust', 'linear'] as const).map((kind) => ({
        data: { values: lineRows(trend, kind, low, high) },
        mark: {
          type: 'line',
          color: kind === 'robust' ? 'var(--ink)' : 'var(--muted)',
          strokeWidth: 1.5,
          clip: true,
          ...(kind === 'linear' && { strokeDash: [4, 3] }),
        },
        encoding: { x, y: y('value'), tooltip: { value: slopeText(trend, kind) } },
      })),
      {
        data: {
          values: trend.regimes.map((regime) => ({
            ...regime,
            text: formatNumber(regime.best),
            range: `${formatNumber(regime.low)} to ${formatNumber(regime.high)}`,
          })),
        },
        mark: { type: 'circle', color, size: 60, opacity: 1 },
        encoding: {
          x,
          y: y('best'),
          tooltip: [
            { field: 'text', title: `Best: ${parameterTitle(trend.parameter)}` },
            { field: 'range', title: '95 % range' },
            { field: 'error', title: 'Error', format: '.2%' },
            { field: 'n', title: 'Networks' },
          ],
        },
      },
    ],
  } as Chart;
}

function axisOf({ parameter, logarithmic, regimes }: Trend, field: string): object {
  const ends = regimes.flatMap(({ low, high, best }) => [low, high, best]);
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  return {
    field,
    type: 'quantitative',
    title: parameterTitle(parameter),
    scale: {
      domain: most > least ? [least, most] : [least - (least || 1) / 2, least + (least || 1) / 2],
      nice: !logarithmic,
      padding: 8,
      ...(logarithmic && { type: 'log' }),
    },
    axis: {
      format: most >= 1000 ? '~s' : '~r',
      ...(logarithmic && most > least ? { values: logarithmicTicks(least, most, 5) } : { tickCount: 5 }),
    },
  };
}

/** Two ends are enough: the fit is straight on these very axes. */
function lineRows(trend: Trend, kind: 'robust' | 'linear', low: number, high: number): object[] {
  return [low, high].map((complexity) => ({
    complexity,
    value: trendAt(trend, trend[kind], complexity),
  }));
}

/** "exponent 0.52 (0.31 to 0.66)", "by doubling 1.3 (…)". */
function slopeText(trend: Trend, kind: 'robust' | 'linear'): string {
  const { estimate, low, high } = trend[kind].slope;
  const what = trend.logarithmic ? 'exponent' : 'a doubling adds';
  const interval = Number.isFinite(low) ? ` (${formatNumber(low)} to ${formatNumber(high)})` : '';
  return `${kind === 'robust' ? 'Theil-Sen' : 'least squares'}: ${what} ${formatNumber(estimate)}${interval}`;
}
