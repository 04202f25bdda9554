/** A curve a space with its band over a count of networks: how good the best of m is, and how far an EDF of n lies off. */
import type { Interval } from '@netspace/stats/interval';
import type { SubsampleDistance } from '@netspace/stats/subsample';
import { logarithmicTicks } from './axis-ticks.ts';
import {
  bandOpacity,
  chartConfig,
  colorBySpace,
  dashBySpace,
  errorAxis,
  legendParams,
  linkingParams,
  spaceLegend,
  visible,
  type Chart,
  type KeyedSize,
} from './chart.ts';
import type { ExpectedBest } from './expected-best.ts';
import type { Group } from './group.ts';

/** Expected least error of m networks; `bests` in the order of the groups. */
export function expectedBestChart(
  groups: readonly Group[],
  bests: readonly (readonly ExpectedBest[])[],
  size: KeyedSize,
): Chart {
  const rows = groups.flatMap((group, i) =>
    (bests[i] ?? []).map(({ draws, estimate, low, high }) => ({
      space: group.name,
      count: draws,
      estimate,
      ...within({ low, high, estimate }),
    })),
  );
  return bandChart(groups, rows, size, {
    x: 'Networks drawn',
    y: 'Expected least error',
    axis: errorAxis(shownErrors(rows), Math.round(size.height / 50)),
    format: '.2%',
    domain: shownErrors(rows),
  });
}

/** KS distance of the EDF of n networks to that of all of the space. */
export function sampleSizeChart(
  groups: readonly Group[],
  sizes: readonly (readonly SubsampleDistance[])[],
  size: KeyedSize,
): Chart {
  const rows = groups.flatMap((group, i) =>
    (sizes[i] ?? []).map(({ size: count, mean, low, high }) => ({
      space: group.name,
      count,
      estimate: mean,
      low,
      high,
    })),
  );
  return bandChart(groups, rows, size, {
    x: 'Networks',
    y: 'KS distance to the whole population',
    axis: { format: '.2~f', tickCount: Math.round(size.height / 50) },
    format: '.3f',
    domain: [0, Math.max(...rows.map(({ high }) => high))],
  });
}

/** An error is a fraction, whatever its interval says. */
function within({ low, high }: Interval): { low: number; high: number } {
  return { low: Math.max(0, low), high: Math.min(1, high) };
}

/** All estimates and the bands from four networks on: that of one network, where some failed, would leave the rest no room. */
function shownErrors(rows: readonly BandRow[]): readonly [number, number] {
  const shown = rows.flatMap(({ count, estimate, low, high }) =>
    count < 4 ? [estimate] : [low, estimate, high],
  );
  return [Math.min(...shown), Math.max(...shown)];
}

interface BandRow {
  readonly space: string;
  readonly count: number;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

interface BandWords {
  readonly x: string;
  readonly y: string;
  readonly axis: object;
  readonly format: string;
  readonly domain: readonly [number, number];
}

function bandChart(
  groups: readonly Group[],
  rows: readonly BandRow[],
  keyed: KeyedSize,
  words: BandWords,
): Chart {
  const { legend = true, ...size } = keyed;
  const key = legend ? spaceLegend : null;
  const counts = rows.map(({ count }) => count);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const x = {
    field: 'count',
    type: 'quantitative',
    title: words.x,
    scale: { type: 'log', nice: false, domain: most > least ? [least, most] : [least, least + 1] },
    axis: {
      grid: false,
      format: 'd',
      values: logarithmicTicks(least, Math.max(most, least + 1), Math.round(size.width / 60)),
    },
  };
  const y = (field: string): object => ({
    field,
    type: 'quantitative',
    title: words.y,
    scale: { domain: words.domain, nice: true },
    axis: words.axis,
  });
  const color = colorBySpace(groups, key);
  const curve = { interpolate: 'monotone', clip: true };
  return {
    ...size,
    autosize: { type: 'fit', contains: 'padding' },
    config: chartConfig,
    params: [...linkingParams, ...legendParams(groups)],
    data: { values: rows },
    transform: [visible],
    layer: [
      {
        mark: { type: 'area', opacity: bandOpacity(groups.length, 0.12), tooltip: false, ...curve },
        encoding: { x, y: y('low'), y2: { field: 'high' }, color },
      },
      {
        mark: { type: 'line', strokeWidth: 2.25, point: { size: 26 }, ...curve },
        encoding: {
          x,
          y: y('estimate'),
          color,
          strokeDash: dashBySpace(groups, key),
          tooltip: [
            { field: 'space', title: 'Space' },
            { field: 'count', title: words.x },
            { field: 'estimate', title: words.y, format: words.format },
            { field: 'low', title: '95 % from', format: words.format },
            { field: 'high', title: 'to', format: words.format },
          ],
        },
      },
    ],
  } as Chart;
}
