/** The widths of one network's blocks, the straight line nearest to them, and its quantized steps (Figures 6 to 8). */
import { quantizeWidths } from '@netspace/network/quantize';
import { chartConfig, linkingParams, type Chart, type ChartSize } from './chart.ts';
import type { Measurement } from './measurement.ts';

/** Dots: w_j of each block. Line: u_j = w0 + wa j (equation 2). Steps: the widths that equations 3 and 4 make of it. `color` is of the dots. */
export function widthChart({ network, fit }: Measurement, color: string, size: ChartSize): Chart {
  const observed = network.stages.flatMap(({ depth, width }, stage) =>
    Array.from({ length: depth }, () => ({ width, stage: stage + 1 })),
  );
  const { linearWidths, blockWidths } = quantizeWidths(fit);
  const rows = observed.map(({ width, stage }, block) => ({
    block: block + 1,
    stage,
    width,
    line: linearWidths[block],
    steps: blockWidths[block],
  }));
  return {
    ...size,
    autosize: { type: 'fit', contains: 'padding' },
    config: chartConfig,
    params: linkingParams,
    data: { values: rows },
    encoding: {
      x: {
        field: 'block',
        type: 'quantitative',
        title: 'Block',
        scale: { zero: false, nice: false, padding: 8 },
        axis: { tickMinStep: 1, tickCount: 6, grid: false, format: 'd' },
      },
    },
    layer: [
      {
        mark: {
          type: 'line',
          interpolate: 'step',
          color: 'var(--muted)',
          strokeWidth: 1.25,
          strokeDash: [3, 2],
        },
        encoding: { y: y('steps') },
      },
      { mark: { type: 'line', color: 'var(--ink)', strokeWidth: 1.25 }, encoding: { y: y('line') } },
      {
        mark: { type: 'circle', size: 46, color, opacity: 0.95 },
        encoding: {
          y: y('width'),
          tooltip: [
            { field: 'stage', title: 'Stage' },
            { field: 'block', title: 'Block' },
            { field: 'width', title: 'Width' },
            { field: 'line', title: 'Linear', format: '.0f' },
            { field: 'steps', title: 'Quantized' },
          ],
        },
      },
    ],
  } as Chart;
}

function y(field: string): object {
  return {
    field,
    type: 'quantitative',
    title: 'Width (channels)',
    scale: { zero: true, nice: true },
    axis: { tickCount: 4 },
  };
}
