/** The widths of one network's blocks as a stair of its stages, small enough to stand among many (Figures 8 and 11). */
import type { Network } from '@netspace/network/network';
import { chartConfig, type Chart, type ChartSize } from './chart.ts';

/** u_j = w0 + wa j of the blocks j from 0 (equation 2). */
export interface WidthLine {
  readonly initialWidth: number;
  readonly widthSlope: number;
}

/** A step for each stage: as long as it has blocks, as high as these have channels; and the line that the widths were quantized from. */
export function blockChart(
  { stages }: Pick<Network, 'stages'>,
  { line, color, size }: { readonly line?: WidthLine; readonly color: string; readonly size: ChartSize },
): Chart {
  let end = 0;
  const steps = stages.map(({ depth, width }, i) => {
    const start = end;
    end += depth;
    return { stage: i + 1, from: start, to: end, width };
  });
  const [x, y] = [blockAxis(end, size), widthAxis(steps, line, end)];
  return {
    ...size,
    autosize: { type: 'fit', contains: 'padding' },
    config: { ...chartConfig, axis: { ...chartConfig.axis, labelFontSize: 10, titleFontSize: 10 } },
    layer: [
      {
        data: { values: steps },
        mark: { type: 'rect', color, opacity: 0.22, stroke: 'var(--paper)', strokeWidth: 1 },
        encoding: {
          x: { ...x, field: 'from' },
          x2: { field: 'to' },
          y: { ...y, field: 'width' },
          y2: { datum: 0 },
        },
      },
      {
        data: { values: steps },
        mark: { type: 'rule', color, strokeWidth: 2 },
        encoding: { x: { ...x, field: 'from' }, x2: { field: 'to' }, y: { ...y, field: 'width' } },
      },
      ...(line === undefined ? [] : [lineLayer(line, end, x, y)]),
    ],
  } as Chart;
}

/** From the middle of the first block to that of the last. */
function lineLayer({ initialWidth, widthSlope }: WidthLine, depth: number, x: object, y: object): object {
  const ends = depth === 1 ? [0] : [0, depth - 1];
  return {
    data: { values: ends.map((block) => ({ at: block + 0.5, line: initialWidth + widthSlope * block })) },
    mark: { type: 'line', color: 'var(--ink)', strokeWidth: 1.5, point: depth === 1 },
    encoding: { x: { ...x, field: 'at' }, y: { ...y, field: 'line' } },
  };
}

function blockAxis(depth: number, size: ChartSize): object {
  return {
    type: 'quantitative',
    title: 'Blocks',
    scale: { domain: [0, depth], nice: false },
    axis: {
      grid: false,
      format: 'd',
      tickMinStep: 1,
      tickCount: Math.round(size.width / 45),
      titlePadding: 3,
    },
  };
}

function widthAxis(
  steps: readonly { readonly width: number }[],
  line: WidthLine | undefined,
  depth: number,
): object {
  const top = line === undefined ? 0 : line.initialWidth + line.widthSlope * (depth - 1);
  const greatest = Math.max(top, ...steps.map(({ width }) => width));
  return {
    type: 'quantitative',
    title: 'Channels',
    scale: { domain: [0, greatest], nice: 3 },
    // The same room for labels in all panels, so that their plots stand in columns.
    axis: { tickCount: 3, tickMinStep: 1, format: 'd', minExtent: 34, titlePadding: 4 },
  };
}
