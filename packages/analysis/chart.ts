/**
 * What all charts share: their type, their look, and the two signals by which a page links them.
 *
 * Colours are CSS variables, so that a chart in a page follows its light, dark and printed look without being drawn again;
 * `draw` replaces them for charts that stand alone.
 */
import { extentOf } from '@netspace/stats/quantile';
import type { TopLevelSpec } from 'vega-lite';
import type { Group } from './group.ts';
import { formatPercent } from './wording.ts';

/** A vega-lite specification. */
export type Chart = TopLevelSpec;

/** Height and width of a chart's whole picture, in pixels. */
export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

/** A picture that stands beside a key of the spaces needs no legend of its own. */
export interface KeyedSize extends ChartSize {
  /** Default true for charts of spaces, and false for those of networks, which a page shows many of. */
  readonly legend?: boolean;
}

/** A picture of networks, one by one. */
export interface PopulationSize extends KeyedSize {
  /** Default true. False leaves out their marks, and keeps all that sums up and the scales: whoever draws them knows of a shorter form. */
  readonly networks?: boolean;
}

/** The signals of every chart: `highlight`, the id of one measurement or null; `hidden`, names of spaces not to be drawn. */
export const linkingParams = [
  { name: 'highlight', value: null },
  { name: 'hidden', value: [] as string[] },
];

/** Keeps the spaces that are not hidden. */
export const visible = { filter: 'indexof(hidden, datum.space) < 0' };

/** True of a mark that is highlighted. */
export const isHighlighted = 'datum.id === highlight';

/** True of a mark that stands back because another is highlighted. */
export const standsBack = 'highlight !== null && datum.id !== highlight';

/** Palette entries that the page and `draw` define: of Okabe and Ito's colours, told apart by colour-blind people. */
const paletteSize = 6;

const dashes = [
  [1, 0],
  [7, 3],
  [2, 2],
  [10, 3, 2, 3],
  [4, 2],
  [1, 3],
];
const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'];

/** Colour by space, in the order of the groups. */
export function colorBySpace(groups: readonly Group[], legend: object | null): object {
  return { ...bySpace, legend, scale: scaleOf(groups, (i) => spaceColor(i)) };
}

/** Dashes beside colour, for paper without colours. */
export function dashBySpace(groups: readonly Group[], legend: object | null): object {
  return { ...bySpace, legend, scale: scaleOf(groups, spaceDash) };
}

/** Shapes beside colour. */
export function shapeBySpace(groups: readonly Group[], legend: object | null): object {
  return { ...bySpace, legend, scale: scaleOf(groups, (i) => shapes[i % shapes.length] ?? 'circle') };
}

const bySpace = { field: 'space', type: 'nominal', title: null };

function scaleOf(groups: readonly Group[], look: (index: number) => unknown): object {
  return { domain: groups.map(({ name }) => name), range: groups.map((_, i) => look(i)) };
}

/** A legend of the spaces with n, least and mean error, as in the paper's figures; it needs `legendParams`. */
export const spaceLegend = {
  orient: 'top',
  direction: 'vertical',
  columns: 1,
  symbolType: 'stroke',
  labelExpr: 'labels[indexof(spaces, datum.value)]',
};

/** The same for marks of networks. */
const { symbolType: _stroke, ...plainLegend } = spaceLegend;
export const dotLegend = { ...plainLegend, symbolSize: 60, symbolStrokeWidth: 0 };

/** Names go into the chart as values, never into its expressions. */
export function legendParams(groups: readonly Group[]): { name: string; value: string[] }[] {
  return [
    { name: 'spaces', value: groups.map(({ name }) => name) },
    { name: 'labels', value: groups.map(labelOf) },
  ];
}

export function spaceColor(index: number): string {
  return `var(--space-${(index % paletteSize) + 1})`;
}

export function spaceDash(index: number): readonly number[] {
  return dashes[index % dashes.length] ?? [1, 0];
}

function labelOf({ name, n, min, mean }: Group): string {
  return `${name}\u2003n ${n}, min ${formatPercent(min)}, mean ${formatPercent(mean)}`;
}

/** Of the band around each space's curve: fainter where bands are many, which would add up to grey where they lie over each other. */
export function bandOpacity(spaces: number, alone = 0.1): number {
  return Math.min(alone, (3 * alone) / spaces);
}

/** The band around curves that are stairs. */
export function stairBand(spaces: number) {
  return {
    type: 'area',
    interpolate: 'step-after',
    opacity: bandOpacity(spaces),
    clip: true,
    tooltip: false,
  } as const;
}

/** The greatest error that charts show: networks that failed (error 1) lie beyond it. */
export function greatestShownError(groups: readonly Group[]): number {
  const shown = groups.flatMap((group) => group.edf.findLast(([error]) => error < 1)?.[0] ?? []);
  return shown.length === 0 ? 1 : Math.max(...shown);
}

/** An axis of errors in percent, with a digit behind the point where whole percents would repeat. */
export function errorAxis(errors: readonly number[], tickCount: number): object {
  const [least, greatest] = extentOf(errors);
  const span = greatest - least;
  return { format: span < 0.01 * tickCount ? '.1%' : '.0%', tickCount };
}

export const chartConfig = {
  // The page names each chart; a description of every mark would double its size.
  aria: false,
  mark: { aria: false },
  background: 'transparent',
  font: 'system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif',
  padding: 4,
  view: { stroke: null },
  axis: {
    domainColor: 'var(--line)',
    gridColor: 'var(--grid)',
    tickColor: 'var(--line)',
    labelColor: 'var(--muted)',
    titleColor: 'var(--muted)',
    labelFontSize: 11,
    titleFontSize: 11.5,
    titleFontWeight: 'normal' as const,
    titlePadding: 8,
    labelPadding: 5,
    tickSize: 4,
    domain: false,
    ticks: false,
    labelFlush: false,
  },
  legend: {
    labelColor: 'var(--ink)',
    labelFontSize: 12.5,
    labelLimit: 520,
    symbolSize: 260,
    symbolStrokeWidth: 2.5,
    symbolOpacity: 1,
    rowPadding: 4,
    offset: 10,
    padding: 0,
  },
};

/** With a legend no larger than an axis: for paper, and for phones, where there is no room for more. */
export function withEvenLetters(chart: Chart): Chart {
  const { config = {} } = chart;
  return {
    ...chart,
    config: { ...config, legend: { ...config.legend, labelFontSize: 11, symbolSize: 150 } },
  };
}
