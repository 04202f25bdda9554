/** The widths of the best or the worst networks of a space over their blocks, with the line through all of them (Figures 6 to 8). */
import { theilSen } from '@netspace/stats/theil-sen';
import { chartConfig, linkingParams, type Chart, type ChartSize } from './chart.ts';
import type { Measurement } from './measurement.ts';

/** The networks of least error that completed, best first, and those of greatest error, worst first; no network is in both. */
export function extremesOf(
  members: readonly Measurement[],
  count: number,
): { readonly best: readonly Measurement[]; readonly worst: readonly Measurement[] } {
  const ranked = members
    .filter(({ status }) => status === 'completed')
    .toSorted((a, b) => a.error - b.error || a.id - b.id);
  const each = Math.min(count, Math.ceil(ranked.length / 2));
  return {
    best: ranked.slice(0, each),
    worst: ranked.slice(each).toReversed().slice(0, count),
  };
}

/**
 * A stair for each network, w_j over the block j from 1; the robust line w0 + wa j through the widths of all of them (Theil and Sen),
 * where they have more than one block, and dashed the paper's w_j = 48 (j + 1), which the best AnyNetX E follow. On a logarithmic axis of widths,
 * as in the paper. `greatest`, if given, is the end of both axes' domains, so that panels compare.
 */
export function extremeWidthsChart(
  members: readonly Measurement[],
  look: {
    readonly color: string;
    readonly size: ChartSize;
    readonly greatest?: { readonly depth: number; readonly width: number };
  },
): Chart {
  const { color, size } = look;
  const rows = members.flatMap(blockRows);
  const depth = look.greatest?.depth ?? Math.max(1, ...rows.map(({ block }) => block));
  const width = look.greatest?.width ?? Math.max(8, ...rows.map((row) => row.width));
  const least = Math.min(8, ...rows.map((row) => row.width));
  const x = {
    field: 'block',
    type: 'quantitative',
    title: 'Block',
    scale: { domain: [1, Math.max(2, depth)], nice: false, padding: 6 },
    axis: { grid: false, format: 'd', tickMinStep: 1, tickCount: Math.round(size.width / 50) },
  };
  const y = {
    field: 'width',
    type: 'quantitative',
    title: 'Width (channels)',
    scale: { type: 'log', base: 2, domain: [least, width], nice: false, padding: 6 },
    axis: { tickCount: 6, format: 'd' },
  };
  const line = (values: readonly object[], mark: object): object => ({
    data: { values },
    mark: { type: 'line', clip: true, strokeWidth: 1.75, ...mark },
    encoding: { x, y },
  });
  return {
    ...size,
    autosize: { type: 'fit', contains: 'padding' },
    config: chartConfig,
    params: linkingParams,
    layer: [
      {
        data: { values: rows },
        mark: {
          type: 'line',
          interpolate: 'step',
          color,
          strokeWidth: 1.5,
          opacity: 0.45,
          point: { size: 14 },
        },
        encoding: {
          x,
          y,
          detail: { field: 'id' },
          tooltip: [
            { field: 'name', title: 'Network' },
            { field: 'error', title: 'Error', format: '.2%' },
            { field: 'fitError', title: 'Width fit error', format: '.3f' },
            { field: 'block', title: 'Block' },
            { field: 'width', title: 'Width' },
          ],
        },
      },
      line(
        ends(depth, (block) => 48 * block),
        { color: 'var(--muted)', strokeDash: [4, 3] },
      ),
      ...(depth > 1 && new Set(rows.map(({ block }) => block)).size > 1
        ? [line(commonLine(rows, depth), { color: 'var(--ink)' })]
        : []),
    ],
  } as Chart;
}

interface BlockRow {
  readonly block: number;
  readonly width: number;
}

function blockRows({ id, name, error, network, fit }: Measurement): (BlockRow & object)[] {
  const widths = network.stages.flatMap((stage) => Array.from({ length: stage.depth }, () => stage.width));
  return widths.map((width, j) => ({ id, name, error, fitError: fit.fitError, block: j + 1, width }));
}

function commonLine(rows: readonly BlockRow[], depth: number): object[] {
  const { slope, intercept } = theilSen(
    rows.map(({ block }) => block),
    rows.map(({ width }) => width),
  );
  return ends(depth, (block) => intercept + slope.estimate * block);
}

/** A straight line is curved on an axis of logarithms: a point for each block where it is above 0. */
function ends(depth: number, widthAt: (block: number) => number): BlockRow[] {
  return Array.from({ length: depth }, (_, i) => ({ block: i + 1, width: widthAt(i + 1) })).filter(
    ({ width }) => width > 0,
  );
}
