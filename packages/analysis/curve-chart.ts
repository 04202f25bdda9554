/** Learning curves: the validation error of every network after each epoch. */
import {
  chartConfig,
  colorBySpace,
  dashBySpace,
  errorAxis,
  isHighlighted,
  labelOf,
  linkingParams,
  standsBack,
  visible,
  type Chart,
  type ChartSize,
} from './chart.ts';
import type { Group } from './group.ts';
import type { Measurement } from './measurement.ts';

/** A line a network; epochs without a validation error, as after a divergence, leave a gap. */
export function curveChart(
  groups: readonly Group[],
  measured: readonly Measurement[],
  size: ChartSize,
): Chart {
  const rows = curveRows(groups, measured);
  const epochs = new Set(rows.map((row) => row.epoch)).size;
  const encoding = {
    x: {
      field: 'epoch',
      type: 'quantitative',
      title: 'Epoch',
      scale: { zero: false, nice: false, padding: 8 },
      axis: {
        tickMinStep: 1,
        tickCount: Math.min(epochs, Math.round(size.width / 60)),
        format: 'd',
        grid: false,
      },
    },
    y: {
      field: 'error',
      type: 'quantitative',
      title: 'Validation error',
      scale: { zero: false },
      axis: errorAxis(
        rows.map((row) => row.error),
        Math.round(size.height / 55),
      ),
    },
    detail: { field: 'id' },
    color: colorBySpace(groups, false),
    opacity: {
      condition: [
        { test: isHighlighted, value: 1 },
        { test: standsBack, value: 0.12 },
      ],
      value: 0.6,
    },
  };
  return {
    ...size,
    autosize: { type: 'fit', contains: 'padding' },
    config: chartConfig,
    params: linkingParams,
    data: { values: rows },
    transform: [visible],
    layer: [
      {
        mark: { type: 'line', tooltip: false },
        encoding: {
          ...encoding,
          strokeDash: { ...dashBySpace(groups), legend: null },
          strokeWidth: { condition: { test: isHighlighted, value: 3.5 }, value: 1.4 },
        },
      },
      {
        mark: { type: 'circle', cursor: 'pointer' },
        encoding: {
          ...encoding,
          size: { condition: { test: isHighlighted, value: 90 }, value: 26 },
          tooltip: [
            { field: 'name', title: 'Network' },
            { field: 'epoch', title: 'Epoch' },
            { field: 'error', title: 'Validation error', format: '.2%' },
          ],
        },
      },
    ],
  } as Chart;
}

interface CurveRow {
  readonly id: number;
  readonly name: string;
  readonly space: string;
  readonly label: string;
  readonly epoch: number;
  readonly error: number;
}

function curveRows(groups: readonly Group[], measured: readonly Measurement[]): CurveRow[] {
  const labels = new Map(groups.map((group) => [group.name, labelOf(group)]));
  return measured.flatMap(({ id, name, space, curve }) =>
    curve.flatMap(({ epoch, validationError }) =>
      validationError === undefined || !Number.isFinite(validationError)
        ? []
        : [{ id, name, space, label: labels.get(space) ?? space, epoch, error: validationError }],
    ),
  );
}
