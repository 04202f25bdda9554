/** In the reader's browser: lays canvases over a figure's picture, and lets pointer and keys find and select networks there. */
import { spaceColor } from '@netspace/analysis/chart';
import { brushOf, paintBrush, type Brush } from './client-brush.ts';
import { colorOf, paintMarks, placesOf, tracePlaces, type Pen, type Places } from './client-paint.ts';
import type { Selection } from './client-selection.ts';
import { hideTooltip, showTooltip } from './client-tooltip.ts';
import { hasLines, type Place } from './mark-places.ts';
import { markerOf, outline } from './markers.ts';
import type { FigureFrame, PageData } from './page-data.ts';

export interface Plot {
  /** Draws marks anew, now if the figure is near the window, else when it comes there. */
  readonly repaint: () => void;
  readonly repaintTop: () => void;
  readonly clearBrush: () => void;
}

/** The places of each picture, also needed for downloads. */
export function frameOf(picture: HTMLElement): FigureFrame {
  return JSON.parse(picture.dataset['frame'] ?? 'null') as FigureFrame;
}

/** One of a figure's pictures: the wide or the narrow one. */
export function livePlot(data: PageData, selection: Selection, figure: string, picture: HTMLElement): Plot {
  const frame = frameOf(picture);
  const [marks, top] = [layer(picture), layer(picture)];
  // The labels of parallel axes stand among the lines.
  marks.classList.toggle('behind', frame.kind === 'parallel');
  let places: Places | undefined;
  let near = false;
  let stale = true;
  let brush: Brush | null = null;
  const located = (): Places => (places ??= placesOf(data, frame));

  const repaint = (): void => {
    stale = true;
    if (!near || picture.offsetParent === null) return;
    stale = false;
    const pen = penOf(marks, picture, frame);
    paintMarks(pen, data, located(), selection);
    dimRanges(picture, selection);
    repaintTop();
  };
  const repaintTop = (): void => {
    if (!near || picture.offsetParent === null) return;
    const pen = penOf(top, picture, frame);
    if (brush !== null) paintBrush(pen, frame, brush);
    const trial = selection.highlighted();
    if (trial !== null) paintHighlight(pen, data, located(), trial);
  };
  const setBrush = (next: Brush | null): void => {
    brush = next;
    selection.brush(figure, next === null ? null : brushOf(located(), next));
  };

  new IntersectionObserver(
    ([entry]) => {
      near = entry?.isIntersecting === true;
      if (near && stale) repaint();
    },
    { rootMargin: '300px' },
  ).observe(picture);
  new ResizeObserver(repaint).observe(picture);
  watchPointer({ picture, frame, located, data, selection, setBrush, brush: () => brush });
  watchKeys({ picture, frame, located, data, selection, setBrush, brush: () => brush });
  return {
    repaint,
    repaintTop,
    clearBrush: () => {
      brush = null;
    },
  };
}

interface Watched {
  readonly picture: HTMLElement;
  readonly frame: FigureFrame;
  readonly located: () => Places;
  readonly data: PageData;
  readonly selection: Selection;
  readonly setBrush: (brush: Brush | null) => void;
  readonly brush: () => Brush | null;
}

function layer(picture: HTMLElement): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.ariaHidden = 'true';
  picture.append(canvas);
  return canvas;
}

/** A clean canvas as sharp as the screen, whose unit is a pixel of the picture. */
function penOf(canvas: HTMLCanvasElement, picture: HTMLElement, frame: FigureFrame): Pen {
  const svg = picture.querySelector('svg');
  const { width, height } = (svg ?? picture).getBoundingClientRect();
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('this browser has no canvas');
  pen.scale(canvas.width / frame.width, canvas.height / frame.height);
  return pen;
}

/** The ranges of the best are part of the picture: those of hidden spaces vanish. */
function dimRanges(picture: HTMLElement, { hidden }: Selection): void {
  for (const range of picture.querySelectorAll<SVGElement>('[class*="range-"]')) {
    const space = Number(/range-(\d+)/.exec(range.getAttribute('class') ?? '')?.[1]);
    range.style.display = hidden.has(space) ? 'none' : '';
  }
}

function paintHighlight(pen: Pen, data: PageData, { frame, points, lines }: Places, trial: number): void {
  const space = data.trials.space[trial] ?? 0;
  pen.strokeStyle = colorOf('var(--ink)');
  pen.fillStyle = colorOf(spaceColor(space));
  if (hasLines(frame)) {
    pen.lineWidth = 3.5;
    pen.beginPath();
    tracePlaces(pen, lines[trial] ?? []);
    pen.stroke();
    return;
  }
  const place = points[trial];
  if (!place) return;
  pen.translate(place[0], place[1]);
  const path = new Path2D(`M0 0${outline(markerOf(space), 6)}`);
  // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas is no array
  pen.fill(path);
  pen.lineWidth = 1.5;
  pen.stroke(path);
}

/** Nearer than that a pointer is on a mark, in pixels of the picture. */
const reach = 14;

/** The selected trial under the pointer. */
function nearest({ frame, points, lines }: Places, { mask }: Selection, at: Place): number | null {
  let [best, least] = [null as number | null, reach];
  for (let trial = 0; trial < mask.length; trial++) {
    if (mask[trial] !== 1) continue;
    const distance = hasLines(frame)
      ? lineDistance(lines[trial] ?? [], at)
      : pointDistance(points[trial] ?? null, at);
    if (distance < least) [best, least] = [trial, distance];
  }
  return best;
}

function pointDistance(place: Place | null, [x, y]: Place): number {
  return place === null ? Infinity : Math.hypot(place[0] - x, place[1] - y);
}

function lineDistance(line: readonly (Place | null)[], [x, y]: Place): number {
  for (let i = 1; i < line.length; i++) {
    const [from, to] = [line[i - 1], line[i]];
    if (!from || !to || x < from[0] || x > to[0]) continue;
    return Math.abs(from[1] + ((to[1] - from[1]) * (x - from[0])) / (to[0] - from[0]) - y);
  }
  return pointDistance(line.length === 1 ? (line[0] ?? null) : null, [x, y]);
}

function watchPointer({ picture, frame, located, data, selection, setBrush, brush }: Watched): void {
  let start: Place | null = null;
  const placeIn = (event: PointerEvent): Place => {
    const box = (picture.querySelector('svg') ?? picture).getBoundingClientRect();
    return [
      ((event.clientX - box.left) * frame.width) / box.width,
      ((event.clientY - box.top) * frame.height) / box.height,
    ];
  };
  picture.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    start = placeIn(event);
    picture.setPointerCapture(event.pointerId);
  });
  picture.addEventListener('pointermove', (event) => {
    const place = placeIn(event);
    if (start !== null && Math.hypot(place[0] - start[0], place[1] - start[1]) > 4) {
      hideTooltip();
      selection.highlight(null);
      setBrush({ from: start, to: place, before: brush() });
      return;
    }
    const trial = nearest(located(), selection, place);
    selection.highlight(trial);
    if (trial === null) hideTooltip();
    else showTooltip(data, trial, event.clientX, event.clientY);
  });
  const end = (event: PointerEvent): void => {
    const place = placeIn(event);
    // A click beside all marks takes the brush away.
    const clicked = start !== null && Math.hypot(place[0] - start[0], place[1] - start[1]) <= 4;
    if (clicked && brush() !== null && event.type === 'pointerup') setBrush(null);
    start = null;
  };
  picture.addEventListener('pointerup', end);
  picture.addEventListener('pointercancel', end);
  picture.addEventListener('pointerleave', () => {
    selection.highlight(null);
    hideTooltip();
  });
}

/** Arrows go from network to network, with Shift they select what they pass; Escape takes the selection away. */
function watchKeys({ picture, frame, located, data, selection, setBrush }: Watched): void {
  let anchor: number | null = null;
  const placeOn = (trial: number): Place | null =>
    hasLines(frame)
      ? (located().lines[trial]?.findLast((place) => place !== null) ?? null)
      : (located().points[trial] ?? null);
  const move = (step: number, extend: boolean): void => {
    const order = located()
      .order.filter((trial) => (extend || selection.mask[trial] === 1) && placeOn(trial) !== null)
      .toSorted((a, b) => rankAlong(frame, placeOn(a)) - rankAlong(frame, placeOn(b)));
    const current = selection.highlighted();
    const index = current === null ? (step > 0 ? -1 : order.length) : order.indexOf(current);
    const next = order[Math.max(0, Math.min(order.length - 1, index + step))];
    const place = next === undefined ? null : placeOn(next);
    if (next === undefined || place === null) return;
    if (extend) {
      anchor ??= current ?? next;
      const from = placeOn(anchor) ?? place;
      setBrush(hasLines(frame) ? strip(frame, from, place, 'y') : strip(frame, from, place, 'x'));
    } else anchor = null;
    selection.highlight(next);
    const box = (picture.querySelector('svg') ?? picture).getBoundingClientRect();
    showTooltip(
      data,
      next,
      box.left + (place[0] * box.width) / frame.width,
      box.top + (place[1] * box.height) / frame.height,
    );
  };
  picture.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, Home: -1e9, End: 1e9 }[event.key];
    if (step !== undefined) move(step, event.shiftKey);
    else if (event.key === 'Escape') {
      anchor = null;
      setBrush(null);
      hideTooltip();
    } else return;
    event.preventDefault();
  });
  picture.addEventListener('blur', () => {
    selection.highlight(null);
    hideTooltip();
  });
}

function rankAlong(frame: FigureFrame, place: Place | null): number {
  return place === null ? 0 : hasLines(frame) ? -place[1] : place[0];
}

/** A brush between two places that is as high, or as wide, as the picture. */
function strip(frame: FigureFrame, from: Place, to: Place, along: 'x' | 'y'): Brush {
  const [a, b] = along === 'x' ? [from[0], to[0]] : [from[1], to[1]];
  const [low, high] = [Math.min(a, b) - 0.5, Math.max(a, b) + 0.5];
  if (along === 'x') return { from: [low, 0], to: [high, frame.height], before: null };
  return { from: [to[0] - 0.5, low], to: [to[0] + 0.5, high], before: null };
}
