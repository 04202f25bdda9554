/** Marks of networks as SVG, for pictures that scripts do not draw: of very many only some, evenly through all ranks. */
import { spaceColor } from '@netspace/analysis/chart';
import { rankClasses } from '@netspace/analysis/pair-chart';
import { markup, type Html } from './html.ts';
import { hasLines, linePlaces, placer, radiusFor, type Place } from './mark-places.ts';
import { markerOf, marksPath, type Marker } from './markers.ts';
import type { FigureFrame, LineFrame, PageData, PointFrame } from './page-data.ts';
import { byError } from './table-columns.ts';

/** In one picture; lines are longer and hide each other sooner. */
const mostMarks = 1000;
const mostLines = 150;

/** How many networks' marks a picture bears. */
export function shownMarks(frame: FigureFrame, networks: number): number {
  return Math.min(networks, hasLines(frame) ? mostLines : mostMarks);
}

/** The marks of all trials, or of as many as a picture bears, the best and the worst among them. */
export function staticMarks(data: PageData, frame: FigureFrame): Html {
  const ranked = byError(data);
  const shown = thinned(ranked, shownMarks(frame, ranked.length));
  return marksOf(data, frame, shown, shown.length);
}

/** The marks of these trials, which come by error, as they look among `crowd`. */
export function marksOf(data: PageData, frame: FigureFrame, shown: readonly number[], crowd: number): Html {
  return hasLines(frame) ? lines(data, frame, shown) : dots(data, frame, shown, crowd);
}

function thinned(ranked: readonly number[], most: number): readonly number[] {
  if (ranked.length <= most) return ranked;
  const step = (ranked.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => ranked[Math.round(i * step)] ?? 0);
}

function dots(data: PageData, frame: PointFrame, shown: readonly number[], crowd: number): Html {
  const place = placer(data, frame);
  const radius = radiusFor(crowd, frame.width);
  const groups =
    frame.kind === 'pair'
      ? byRank(byError(data), new Set(shown))
      : data.spaces.map((_, i) => ({
          color: spaceColor(i),
          marker: markerOf(i),
          trials: shown.filter((trial) => data.trials.space[trial] === i),
        }));
  const paths = groups.map(({ color, marker, trials }) =>
    dotPath(
      trials.flatMap((trial) => {
        const own = place(trial);
        return own === null ? [] : [own];
      }),
      { color, marker, radius },
    ),
  );
  return markup`<g class="network-marks" opacity="${frame.kind === 'scatter' ? 0.8 : 1}">${paths}</g>`;
}

interface DotLook {
  readonly color: string;
  readonly marker: Marker;
  readonly radius: number;
}

function dotPath(places: readonly Place[], { color, marker, radius }: DotLook): Html {
  const d = marksPath(marker, places, radius);
  return marker === 'circle'
    ? markup`<path d="${d}" stroke="${color}" stroke-width="${2 * radius}" stroke-linecap="round" />`
    : markup`<path d="${d}" fill="${color}" />`;
}

/** Those shown by their ranks among all, the worst first, so that the best lie on top. */
function byRank(
  ranked: readonly number[],
  shown: ReadonlySet<number>,
): { color: string; marker: Marker; trials: readonly number[] }[] {
  return rankClasses
    .map(({ to }, i) => ({
      color: `var(--rank-${i + 1})`,
      marker: 'circle' as const,
      trials: ranked
        .slice(Math.ceil((rankClasses[i - 1]?.to ?? 0) * ranked.length), Math.ceil(to * ranked.length))
        .filter((trial) => shown.has(trial)),
    }))
    .toReversed();
}

function lines(data: PageData, frame: LineFrame, shown: readonly number[]): Html {
  const paths = data.spaces.map((_, space) => {
    const own = shown.filter((trial) => data.trials.space[trial] === space);
    const d = own.map((trial) => linePath(linePlaces(data, frame, trial))).join('');
    return markup`<path d="${d}" stroke="${spaceColor(space)}" />`;
  });
  return markup`<g class="network-marks" fill="none" opacity="0.6" stroke-width="1.2">${paths}</g>`;
}

/** The `d` of a line that breaks where a place is missing. */
export function linePath(places: readonly (Place | null)[]): string {
  let path = '';
  for (const [i, place] of places.entries()) {
    if (place === null) continue;
    const pen = i === 0 || places[i - 1] === null ? 'M' : 'L';
    path += `${pen}${Math.round(place[0] * 10) / 10} ${Math.round(place[1] * 10) / 10}`;
  }
  return path;
}
