/** Two parameters of the networks against each other, the best networks in the strongest colour so that good combinations stand out. */
import { extentOf } from '@netspace/stats/quantile';
import { logarithmicTicks } from './axis-ticks.ts';
import { chartConfig, type Chart, type PopulationSize } from './chart.ts';
import type { Measurement } from './measurement.ts';
import { parameterTitle } from './wording.ts';

/** Classes of networks by the rank of their error, from the best: their names and the share at which each ends. */
export const rankClasses = [
  { title: 'best 5 %', to: 0.05 },
  { title: 'best 20 %', to: 0.2 },
  { title: 'better half', to: 0.5 },
  { title: 'worse half', to: 1 },
] as const;

/** The class of each network that completed, by its id: 0 for the best 5 % of all. */
export function rankClassOf(measured: readonly Measurement[]): ReadonlyMap<number, number> {
  const ranked = measured
    .filter(({ status }) => status === 'completed')
    .toSorted((a, b) => a.error - b.error || a.id - b.id);
  return new Map(
    ranked.map(({ id }, rank) => [id, rankClasses.findIndex(({ to }) => rank < to * ranked.length)]),
  );
}

/** A dot for each network that completed and has both parameters; the best are drawn last. */
export function pairChart(
  [horizontal, vertical]: readonly [string, string],
  measured: readonly Measurement[],
  { legend = false, networks = true, ...size }: PopulationSize,
): Chart {
  const shown = measured.filter(
    ({ status, parameters }) =>
      status === 'completed' && parameters[horizontal] !== undefined && parameters[vertical] !== undefined,
  );
  const extent = (name: string): [number, number] =>
    extentOf(shown.map(({ parameters }) => parameters[name] ?? NaN));
  return {
    ...size,
    autosize: { type: 'fit', contains: 'padding' },
    config: chartConfig,
    layer: [
      {
        name: 'networks',
        data: { values: networks ? rowsOf([horizontal, vertical], shown, rankClassOf(measured)) : [] },
        mark: { type: 'circle', opacity: 0.9 },
        encoding: {
          x: axisOf(horizontal, 'x', extent(horizontal), size.width / 80),
          y: axisOf(vertical, 'y', extent(vertical), size.height / 50),
          size: { value: 34 },
          color: {
            field: 'rank',
            type: 'nominal',
            legend: legend ? rankLegend : null,
            scale: {
              domain: rankClasses.map((_, i) => String(i)),
              range: rankClasses.map((_, i) => `var(--rank-${i + 1})`),
            },
          },
        },
      },
    ],
  } as Chart;
}

function rowsOf(
  [horizontal, vertical]: readonly [string, string],
  shown: readonly Measurement[],
  classes: ReadonlyMap<number, number>,
): object[] {
  return shown
    .map(({ id, name, error, parameters }) => ({
      id,
      name,
      error,
      x: parameters[horizontal],
      y: parameters[vertical],
      rank: String(classes.get(id)),
    }))
    .toSorted((a, b) => b.error - a.error);
}

const rankLegend = {
  title: null,
  orient: 'top',
  columns: 2,
  symbolType: 'circle',
  symbolSize: 60,
  labelExpr: `[${rankClasses.map(({ title }) => `'${title}'`).join(', ')}][+datum.value]`,
};

function axisOf(
  parameter: string,
  field: string,
  [least, greatest]: readonly [number, number],
  ticks: number,
): object {
  const logarithmic = least > 0 && greatest / least >= 12;
  const few = Math.max(3, Math.round(ticks));
  return {
    field,
    type: 'quantitative',
    title: parameterTitle(parameter),
    scale: {
      domain: [least, greatest],
      padding: 6,
      ...(logarithmic ? { type: 'log', nice: false } : { zero: false, nice: true }),
    },
    axis: {
      ...(logarithmic ? { values: logarithmicTicks(least, greatest, few + 2) } : { tickCount: few }),
      grid: false,
      format: greatest >= 1000 ? '~s' : '~r',
    },
  };
}
