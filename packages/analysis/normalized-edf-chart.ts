/** The EDFs of spaces at equal complexity, with bands ([NDS], Section 3.3). */
import {
  dashBySpace,
  chartConfig,
  colorBySpace,
  errorAxis,
  greatestShownError,
  linkingParams,
  spaceLegend,
  visible,
  type Chart,
  type KeyedSize,
  stairBand,
} from './chart.ts';
import { thinnedStair } from './edf-chart.ts';
import type { Group } from './group.ts';
import type { Normalization, NormalizedSpace } from './normalization.ts';
import { formatPercent } from './wording.ts';

/** `groups` are those of the normalised population, in its order. The legend says how many networks count, as many effectively, and the weighted mean. */
export function normalizedEdfChart(
  groups: readonly Group[],
  { spaces, measure }: Normalization,
  { legend = true, ...size }: KeyedSize,
): Chart {
  const key = legend ? spaceLegend : null;
  const least = Math.min(...spaces.flatMap(({ edf }) => edf.slice(0, 1).map(([error]) => error)));
  const greatest = greatestShownError(groups);
  const room = Math.max(0.002, (greatest - least) * 0.04);
  const [low, high] = [Math.max(0, least - room), Math.min(1, greatest + room)];
  const x = {
    field: 'error',
    type: 'quantitative',
    title: `Error at equal ${measure}`,
    scale: { domain: [low, high], nice: false },
    axis: errorAxis([low, high], Math.round(size.width / 90)),
  };
  const color = colorBySpace(groups, key);
  return {
    ...size,
    autosize: { type: 'fit', contains: 'padding' },
    config: chartConfig,
    params: [
      ...linkingParams,
      { name: 'spaces', value: spaces.map(({ name }) => name) },
      { name: 'labels', value: spaces.map(labelOf) },
    ],
    data: { values: spaces.flatMap((space) => stairOf(space, [low, high], size.width)) },
    transform: [visible],
    layer: [
      {
        mark: stairBand(groups.length),
        encoding: { x, y: shareAxis('low'), y2: { field: 'high' }, color },
      },
      {
        mark: { type: 'line', interpolate: 'step-after', strokeWidth: 2.25, clip: true, tooltip: false },
        encoding: { x, y: shareAxis('share'), color, strokeDash: dashBySpace(groups, key) },
      },
    ],
  } as Chart;
}

function labelOf({ name, n, used, effectiveSize, mean }: NormalizedSpace): string {
  return `${name}\u2003n ${used} of ${n}, effectively ${effectiveSize.toFixed(0)}, mean ${formatPercent(mean)}`;
}

function shareAxis(field: string): object {
  return {
    field,
    type: 'quantitative',
    title: 'Weighted share of networks',
    scale: { domain: [0, 1] },
    axis: { format: '.0%', tickCount: 5 },
  };
}

/** From the left edge to the right one. */
function stairOf(
  { name, edf, band }: NormalizedSpace,
  [left, right]: readonly [number, number],
  width: number,
): object[] {
  const inside = thinnedStair(edf, [left, right], width);
  return [[left, 0] as const, ...inside, [right, inside.at(-1)?.[1] ?? 0] as const].map(([error, share]) => ({
    space: name,
    error,
    share,
    low: Math.max(0, share - band),
    high: Math.min(1, share + band),
  }));
}
