/** The figure by which design spaces are compared: the EDF of each, with its band (Figures 2, 5, 6, 7 and 9). */
import type { EdfPoint } from '@netspace/stats/edf';
import {
  chartConfig,
  colorBySpace,
  dashBySpace,
  errorAxis,
  greatestShownError,
  isHighlighted,
  legendParams,
  linkingParams,
  spaceLegend,
  standsBack,
  visible,
  type Chart,
  type PopulationSize,
  stairBand,
} from './chart.ts';
import type { Group } from './group.ts';
import type { Measurement } from './measurement.ts';

/** Stairs, their bands and a dot for each network; networks that failed lie beyond the right edge, so that their stair ends below 1. */
export function edfChart(
  groups: readonly Group[],
  measured: readonly Measurement[],
  { legend = true, networks = true, ...size }: PopulationSize,
): Chart {
  const key = legend ? spaceLegend : null;
  const [low, high] = errorDomain(groups);
  const x = {
    field: 'error',
    type: 'quantitative',
    title: 'Error on held-out images',
    scale: { domain: [low, high], nice: false },
    axis: errorAxis([low, high], Math.round(size.width / 90)),
  };
  const color = colorBySpace(groups, key);
  const stairs = stairRows(groups, [low, high], size.width);
  return {
    ...size,
    autosize: { type: 'fit', contains: 'padding' },
    config: chartConfig,
    params: [...linkingParams, ...legendParams(groups)],
    layer: [
      {
        name: 'band',
        data: { values: stairs },
        transform: [visible],
        mark: stairBand(groups.length),
        encoding: { x, y: shareAxis('low'), y2: { field: 'high' }, color },
      },
      {
        name: 'stairs',
        data: { values: stairs },
        transform: [visible],
        mark: { type: 'line', interpolate: 'step-after', strokeWidth: 2.25, clip: true, tooltip: false },
        encoding: { x, y: shareAxis('share'), color, strokeDash: dashBySpace(groups, key) },
      },
      {
        name: 'networks',
        data: { values: networks ? dotRows(groups, measured) : [] },
        transform: [visible],
        mark: { type: 'circle', clip: true, cursor: 'pointer' },
        encoding: {
          x,
          y: shareAxis('share'),
          color,
          size: {
            condition: { test: isHighlighted, value: 170 },
            value: dotSize(measured.length, size.width),
          },
          opacity: { condition: { test: standsBack, value: 0.25 }, value: 1 },
          tooltip: [
            { field: 'name', title: 'Network' },
            { field: 'error', title: 'Error', format: '.2%' },
            { field: 'share', title: 'As good or better', format: '.0%' },
          ],
        },
      },
    ],
  } as Chart;
}

/** Area of a dot in pixels: of many networks smaller, or they would hide the stairs that they lie on. */
function dotSize(networks: number, width: number): number {
  return Math.max(5, Math.round(34 * Math.min(1, width / (4 * networks))));
}

function shareAxis(field: string): object {
  return {
    field,
    type: 'quantitative',
    title: 'Share of networks with lower error',
    scale: { domain: [0, 1] },
    axis: { format: '.0%', tickCount: 5 },
  };
}

/** From a little left of the best network to the worst that completed. */
function errorDomain(groups: readonly Group[]): [low: number, high: number] {
  const least = Math.min(...groups.map((group) => group.min));
  const greatest = greatestShownError(groups);
  const room = Math.max(0.002, (greatest - least) * 0.04);
  return [Math.max(0, least - room), Math.min(1, greatest + room)];
}

/** The stair of each group from the left edge to the right one, which the last step below it reaches. */
function stairRows(
  groups: readonly Group[],
  [left, right]: readonly [number, number],
  width: number,
): object[] {
  return groups.flatMap((group) => {
    const inside = thinnedStair(group.edf, [left, right], width);
    const last = inside.at(-1)?.[1] ?? 0;
    return [[left, 0] as const, ...inside, [right, last] as const].map(([error, share]) => ({
      space: group.name,
      error,
      share,
      low: Math.max(0, share - group.band),
      high: Math.min(1, share + group.band),
    }));
  });
}

/** The steps up to the right edge; of many those in one of the picture's `width` pixels are one, the last: the stair passes through each that is kept, and is itself two pixels wide. */
export function thinnedStair(
  edf: readonly EdfPoint[],
  [left, right]: readonly [number, number],
  width: number,
): readonly EdfPoint[] {
  const inside = edf.filter(([error]) => error <= right);
  if (inside.length <= width) return inside;
  const apart = (right - left) / width;
  return inside.filter(([error], i) => {
    const next = inside[i + 1];
    return next === undefined || Math.floor(error / apart) !== Math.floor(next[0] / apart);
  });
}

function dotRows(groups: readonly Group[], measured: readonly Measurement[]): object[] {
  return groups.flatMap((group) => {
    const members = measured
      .filter((member) => member.space === group.name)
      .toSorted((a, b) => a.error - b.error);
    return members.map(({ id, name, error, space }, rank) => ({
      id,
      name,
      space,
      error,
      share: group.edf[rank]?.[1],
    }));
  });
}
