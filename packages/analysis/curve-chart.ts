/** Learning curves: the validation error of every network after each epoch. */
import { extentOf } from '@netspace/stats/quantile';
import {
  chartConfig,
  colorBySpace,
  dashBySpace,
  errorAxis,
  isHighlighted,
  legendParams,
  linkingParams,
  spaceLegend,
  standsBack,
  visible,
  type Chart,
  type ChartSize,
  type PopulationSize,
} from './chart.ts';
import type { Group } from './group.ts';
import type { Measurement } from './measurement.ts';

/** Beyond so many epochs of all networks together the lines bear no dots: they would hide each other. */
const mostDots = 600;

/** A line a network; epochs without a validation error, as after a divergence, leave a gap. */
export function curveChart(
  groups: readonly Group[],
  measured: readonly Measurement[],
  { legend = false, networks = true, ...size }: PopulationSize,
): Chart {
  const rows = networks ? curveRows(measured) : [];
  const key = legend ? spaceLegend : null;
  const encoding = encodingOf(groups, { ...scopeOf(measured), lines: measured.length }, size, key);
  const dots = !networks || rows.length > mostDots ? [] : [dotLayer(rows, encoding)];
  return {
    ...size,
    autosize: { type: 'fit', contains: 'padding' },
    config: chartConfig,
    params: legend ? [...linkingParams, ...legendParams(groups)] : linkingParams,
    layer: [lineLayer(rows, { ...encoding, strokeDash: dashBySpace(groups, key) }), ...dots],
  } as Chart;
}

function encodingOf(
  groups: readonly Group[],
  { epochs, errors, lines }: Scope & { readonly lines: number },
  size: ChartSize,
  legend: object | null,
): object {
  const tickCount = Math.min(epochs.length, Math.round(size.width / 60));
  return {
    x: {
      field: 'epoch',
      type: 'quantitative',
      title: 'Epoch',
      scale: { domain: [epochs[0], epochs.at(-1)], zero: false, nice: false, padding: 8 },
      axis: { tickMinStep: 1, tickCount, format: 'd', grid: false },
    },
    y: {
      field: 'error',
      type: 'quantitative',
      title: 'Validation error',
      scale: {
        domain: errors,
        zero: false,
        nice: true,
      },
      axis: errorAxis(errors, Math.round(size.height / 55)),
    },
    detail: { field: 'id' },
    color: colorBySpace(groups, legend),
    opacity: {
      condition: [
        { test: isHighlighted, value: 1 },
        { test: standsBack, value: 0.12 },
      ],
      // Of many lines fainter ones: where most of them run it is dark all the same.
      value: Math.max(0.12, Math.min(0.6, 60 / lines)),
    },
  };
}

function lineLayer(rows: readonly CurveRow[], encoding: object): object {
  return {
    name: 'networks',
    data: { values: rows },
    transform: [visible],
    mark: { type: 'line', cursor: 'pointer' },
    encoding: {
      ...encoding,
      strokeWidth: { condition: { test: isHighlighted, value: 3.5 }, value: 1.4 },
      tooltip: [{ field: 'name', title: 'Network' }],
    },
  };
}

function dotLayer(rows: readonly CurveRow[], encoding: object): object {
  return {
    name: 'networks-epochs',
    data: { values: rows },
    transform: [visible],
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
  };
}

interface CurveRow {
  readonly id: number;
  readonly name: string;
  readonly space: string;
  readonly epoch: number;
  readonly error: number;
}

/** What the axes have to hold. */
interface Scope {
  /** In their order. */
  readonly epochs: readonly number[];
  readonly errors: readonly [least: number, greatest: number];
}

function scopeOf(measured: readonly Measurement[]): Scope {
  const epochs = new Set<number>();
  const errors: number[] = [];
  for (const { curve } of measured)
    for (const { epoch, validationError } of curve) {
      if (validationError === undefined || !Number.isFinite(validationError)) continue;
      epochs.add(epoch);
      errors.push(validationError);
    }
  return { epochs: [...epochs].toSorted((a, b) => a - b), errors: extentOf(errors) };
}

function curveRows(measured: readonly Measurement[]): CurveRow[] {
  return measured.flatMap(({ id, name, space, curve }) =>
    curve.flatMap(({ epoch, validationError }) =>
      validationError === undefined || !Number.isFinite(validationError)
        ? []
        : [{ id, name, space, epoch, error: validationError }],
    ),
  );
}
