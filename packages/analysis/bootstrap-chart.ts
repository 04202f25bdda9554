/** Error against one parameter, and where the best networks of each space lie (Figure 4, and footnote 4 for the ranges). */
import { extentOf } from '@netspace/stats/quantile';
import { logarithmicTicks } from './axis-ticks.ts';
import {
  chartConfig,
  colorBySpace,
  errorAxis,
  greatestShownError,
  isHighlighted,
  dotLegend,
  legendParams,
  linkingParams,
  shapeBySpace,
  standsBack,
  visible,
  type Chart,
  type ChartSize,
  type PopulationSize,
} from './chart.ts';
import type { Group } from './group.ts';
import type { Measurement } from './measurement.ts';
import { formatNumber, parameterTitle } from './wording.ts';

/** Height in pixels that each group's range takes above the dots. */
const rowHeight = 11;

/**
 * A dot for each network that completed, of the spaces whose networks all have the parameter; above the dots, for each space, a bar over the range in which
 * the best of a quarter of its networks lies with 95 %, with a tick at its median.
 */
export function bootstrapChart(
  parameter: string,
  groups: readonly Group[],
  measured: readonly Measurement[],
  { legend = false, networks = true, ...size }: PopulationSize,
): Chart {
  const shown = shownOf(parameter, groups, measured);
  const x = xOf(parameter, extentOf(shown.map((member) => valueOf(member, parameter))), size);
  const key = legend ? dotLegend : null;
  const rows = networks ? shown.map((member) => rowOf(member, parameter)) : [];
  const errors = extentOf(shown.map(({ error }) => error));
  return {
    ...size,
    autosize: { type: 'fit', contains: 'padding' },
    config: chartConfig,
    params: legend ? [...linkingParams, ...legendParams(groups)] : linkingParams,
    layer: [
      ...rangeLayers(parameter, groups, x, key),
      dotLayer(parameter, rows, groups, { x, y: yOf(errors, groups, size), legend: key }),
    ],
  } as Chart;
}

/** The parameters worth a chart: those of which the networks of the groups that have them show more than one value. */
export function varyingParameters(groups: readonly Group[], measured: readonly Measurement[]): string[] {
  const names = new Set(groups.flatMap((group) => Object.keys(group.parameters)));
  return [...names].filter((name) => {
    const [first, ...others] = shownOf(name, groups, measured);
    return first !== undefined && others.some((other) => valueOf(other, name) !== valueOf(first, name));
  });
}

/** Networks that completed, of groups that have the parameter. */
function shownOf(
  parameter: string,
  groups: readonly Group[],
  measured: readonly Measurement[],
): Measurement[] {
  const having = groups.filter((group) => group.parameters[parameter] !== undefined);
  const spaces = new Set(having.map((group) => group.name));
  return measured.filter(
    ({ status, space, parameters }) =>
      status === 'completed' && spaces.has(space) && parameters[parameter] !== undefined,
  );
}

function valueOf({ parameters }: Measurement, parameter: string): number {
  return parameters[parameter] ?? NaN;
}

function rowOf(member: Measurement, parameter: string): object {
  const { id, name, space, error } = member;
  const value = valueOf(member, parameter);
  return { id, name, space, error, value, text: formatNumber(value) };
}

function xOf(parameter: string, domain: readonly [number, number], size: ChartSize): object {
  const [least, greatest] = domain;
  const logarithmic = least > 0 && greatest / least >= 12;
  const ticks = Math.max(3, Math.round(size.width / 80));
  return {
    field: 'value',
    type: 'quantitative',
    title: parameterTitle(parameter),
    scale: logarithmic
      ? { type: 'log', domain, nice: false, padding: 6 }
      : { domain, zero: false, nice: true, padding: 6 },
    axis: {
      ...(logarithmic ? { values: logarithmicTicks(least, greatest, ticks + 2) } : { tickCount: ticks }),
      grid: false,
      format: greatest >= 1000 ? '~s' : '~r',
    },
  };
}

function yOf(errors: readonly [number, number], groups: readonly Group[], size: ChartSize): object {
  return {
    field: 'error',
    type: 'quantitative',
    title: 'Error',
    scale: {
      zero: false,
      nice: true,
      domain: [errors[0], greatestShownError(groups)],
      range: [{ expr: 'height' }, 8 + rowHeight * groups.length],
    },
    axis: errorAxis(errors, Math.round(size.height / 50)),
  };
}

function dotLayer(
  parameter: string,
  rows: readonly object[],
  groups: readonly Group[],
  { x, y, legend }: { readonly x: object; readonly y: object; readonly legend: object | null },
): object {
  return {
    name: 'networks',
    data: { values: rows },
    transform: [visible],
    mark: { type: 'point', filled: true, cursor: 'pointer' },
    encoding: {
      x,
      y,
      color: colorBySpace(groups, legend),
      shape: shapeBySpace(groups, legend),
      size: { condition: { test: isHighlighted, value: 190 }, value: 42 },
      opacity: { condition: { test: standsBack, value: 0.2 }, value: 0.8 },
      tooltip: [
        { field: 'name', title: 'Network' },
        { field: 'text', title: parameterTitle(parameter) },
        { field: 'error', title: 'Error', format: '.2%' },
      ],
    },
  };
}

function rangeLayers(
  parameter: string,
  groups: readonly Group[],
  x: object,
  legend: object | null,
): object[] {
  return groups.flatMap((group, i) => {
    const range = group.parameters[parameter];
    if (range === undefined) return [];
    const data = { values: [{ space: group.name, value: range.low, ...range }] };
    const color = colorBySpace(groups, legend);
    const y = { value: 3 + rowHeight * i };
    const tooltip = { value: `best range of ${group.name}: ${rangeText(range)}` };
    return [
      {
        name: `range-${i}`,
        data,
        transform: [visible],
        mark: { type: 'rule', strokeWidth: 5, opacity: 0.4, strokeCap: 'round' },
        encoding: { x, x2: { field: 'high' }, y, color, tooltip },
      },
      {
        name: `range-${i}-median`,
        data,
        transform: [visible],
        mark: { type: 'tick', orient: 'vertical', thickness: 3, size: 11 },
        encoding: { x: { ...x, field: 'median' }, y, color, tooltip },
      },
    ];
  });
}

/** "low to high, median m". */
function rangeText({ low, median, high }: { low: number; median: number; high: number }): string {
  return `${formatNumber(low)} to ${formatNumber(high)}, median ${formatNumber(median)}`;
}
