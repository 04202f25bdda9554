/** In the reader's browser: draws the marks of networks on a canvas, those that are not selected pale and behind. */
import { bandOpacity, spaceColor, spaceDash } from '@netspace/analysis/chart';
import { rankClasses } from '@netspace/analysis/pair-chart';
import type { Selection } from './client-selection.ts';
import { hasLines, linePlaces, pointPlaces, radiusFor, type Place } from './mark-places.ts';
import { markerOf, outline } from './markers.ts';
import type { FigureFrame, PageData, PointFrame } from './page-data.ts';
import { bandCorners, corners, isWhole, stair, type Stair } from './stairs.ts';
import { byError } from './table-columns.ts';

/** A figure's places, computed once. */
export interface Places {
  readonly frame: FigureFrame;
  /** A place a trial, for figures of points. */
  readonly points: readonly (Place | null)[];
  /** A line a trial, for figures of lines. */
  readonly lines: readonly (readonly (Place | null)[])[];
  /** Trials by error, the worst first: so the best are drawn on top. */
  readonly order: readonly number[];
  /** Of each trial's rank, 0 for the best class. */
  readonly classes: readonly number[];
}

export function placesOf(data: PageData, frame: FigureFrame): Places {
  const ranked = byError(data);
  const classes = ranked.map(() => rankClasses.length - 1);
  for (const [rank, trial] of ranked.entries())
    classes[trial] = rankClasses.findIndex(({ to }) => rank < to * ranked.length);
  return {
    frame,
    points: hasLines(frame) ? [] : pointPlaces(data, frame),
    lines: hasLines(frame) ? data.trials.name.map((_, trial) => linePlaces(data, frame, trial)) : [],
    order: ranked.toReversed(),
    classes,
  };
}

/** The value of a colour that charts name as a variable: "var(--space-1)". */
export function colorOf(variable: string): string {
  const name = /var\((--[a-z0-9-]+)\)/.exec(variable)?.[1] ?? variable;
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export type Pen = CanvasRenderingContext2D;

/** Everything of a figure but highlight and brush. `pen` draws in pixels of the picture. */
export function paintMarks(pen: Pen, data: PageData, places: Places, selection: Selection): void {
  const { frame } = places;
  if (frame.kind === 'edf') paintStairs(pen, data, frame, selection);
  if (hasLines(frame)) paintLines(pen, data, places, selection);
  else paintDots(pen, data, places, selection);
}

function paintDots(
  pen: Pen,
  data: PageData,
  { frame, points, order, classes }: Places,
  selection: Selection,
): void {
  const radius = radiusFor(order.length, frame.width);
  const byRank = frame.kind === 'pair';
  const stamp = order.length > mostDrawn ? printer(pen) : drawer(pen);
  const looks = byRank
    ? rankClasses.map((_, i) => stamp(colorOf(`var(--rank-${i + 1})`), pathOf(0, radius), radius))
    : data.spaces.map((_, i) => stamp(colorOf(spaceColor(i)), pathOf(i, radius), radius));
  const paint = (selected: 0 | 1, opacity: number): void => {
    pen.globalAlpha = opacity;
    for (const trial of order) {
      const place = points[trial];
      if (!place || selection.mask[trial] !== selected) continue;
      if (selected === 0 && selection.hidden.has(data.trials.space[trial] ?? 0)) continue;
      looks[byRank ? (classes[trial] ?? 0) : (data.trials.space[trial] ?? 0)]?.(place);
    }
  };
  pen.save();
  if (selection.active()) paint(0, 0.12);
  paint(1, frame.kind === 'scatter' ? 0.8 : 1);
  pen.restore();
}

function pathOf(space: number, radius: number): Path2D {
  return new Path2D(`M0 0${outline(markerOf(space), radius)}`);
}

/** Of more dots each is a copy of a picture, on whole pixels of the screen: ten times as quick as a path. */
const mostDrawn = 1500;

/** Makes a mark that is put where it is told; `radius` is of a circle as large. */
type Stamp = (color: string, path: Path2D, radius: number) => (place: Place) => void;

function drawer(pen: Pen): Stamp {
  const { a, d, e, f } = pen.getTransform();
  return (color, path) => (place) => {
    pen.setTransform(a, 0, 0, d, e + a * place[0], f + d * place[1]);
    pen.fillStyle = color;
    pen.fill(path);
  };
}

function printer(pen: Pen): Stamp {
  const { a, d, e, f } = pen.getTransform();
  return (color, path, radius) => {
    const half = Math.ceil(1.5 * radius * Math.max(a, d));
    const picture = new OffscreenCanvas(2 * half, 2 * half);
    const own = picture.getContext('2d');
    own?.setTransform(a, 0, 0, d, half, half);
    if (own) own.fillStyle = color;
    own?.fill(path);
    return (place) => {
      pen.resetTransform();
      pen.drawImage(picture, Math.round(e + a * place[0]) - half, Math.round(f + d * place[1]) - half);
    };
  };
}

function paintLines(pen: Pen, data: PageData, { lines, order }: Places, selection: Selection): void {
  const colors = data.spaces.map((_, i) => colorOf(spaceColor(i)));
  const crowd = Math.max(0.03, Math.min(0.6, 60 / selection.count()));
  const paint = (selected: 0 | 1, opacity: number): void => {
    pen.globalAlpha = opacity;
    pen.lineWidth = 1.2;
    for (const trial of order) {
      const space = data.trials.space[trial] ?? 0;
      if (selection.mask[trial] !== selected || (selected === 0 && selection.hidden.has(space))) continue;
      pen.strokeStyle = colors[space] ?? '';
      pen.beginPath();
      tracePlaces(pen, lines[trial] ?? []);
      pen.stroke();
    }
  };
  if (selection.active()) paint(0, crowd / 6);
  paint(1, crowd);
  pen.globalAlpha = 1;
}

export function tracePlaces(pen: Pen, line: readonly (Place | null)[]): void {
  for (const [i, place] of line.entries()) {
    if (place === null) continue;
    if (i === 0 || line[i - 1] === null) pen.moveTo(place[0], place[1]);
    else pen.lineTo(place[0], place[1]);
  }
}

/** The stairs of all networks with their bands; under a filter they stand back behind those of the selected ones. */
function paintStairs(pen: Pen, data: PageData, frame: PointFrame, selection: Selection): void {
  const all = new Uint8Array(selection.mask.length).fill(1);
  const mask = selection.maskWithout('edf');
  for (const space of data.spaces.keys()) {
    if (selection.hidden.has(space)) continue;
    pen.strokeStyle = colorOf(spaceColor(space));
    pen.fillStyle = pen.strokeStyle;
    pen.setLineDash([...spaceDash(space)]);
    const filtered = !isWhole(data, space, mask);
    const whole = stair(data, space, all);
    if (!filtered) paintBand(pen, frame, whole, bandOpacity(data.spaces.length));
    pen.globalAlpha = filtered ? 0.25 : 1;
    pen.lineWidth = 2.25;
    strokeStair(pen, frame, whole);
    pen.globalAlpha = 1;
    if (filtered) strokeStair(pen, frame, stair(data, space, mask));
  }
  pen.setLineDash([]);
}

function strokeStair(pen: Pen, frame: PointFrame, own: Stair): void {
  if (own.n === 0) return;
  pen.beginPath();
  tracePlaces(pen, corners(frame, own));
  pen.stroke();
}

function paintBand(pen: Pen, frame: PointFrame, own: Stair, opacity: number): void {
  if (own.n === 0) return;
  pen.globalAlpha = opacity;
  pen.beginPath();
  tracePlaces(pen, bandCorners(frame, own));
  pen.closePath();
  pen.fill();
}
