/** In the reader's browser: what a brush drawn in a figure selects. */
import { colorOf, type Pen, type Places } from './client-paint.ts';
import { hasLines, type Place } from './mark-places.ts';
import type { FigureFrame, ParallelFrame } from './page-data.ts';

/** Drawn from one place of the picture to another. In parallel coordinates it is of the axis it began at, and goes with those of other axes. */
export interface Brush {
  readonly from: Place;
  readonly to: Place;
  readonly before: Brush | null;
}

interface Rectangle {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Whether a trial's mark lies in the brush: any corner of a learning curve, a line's crossing of each brushed axis. */
export function brushOf({ frame, points, lines }: Places, brush: Brush): (trial: number) => boolean {
  if (frame.kind === 'parallel') {
    const spans = axisSpans(frame, brush);
    return (trial) =>
      [...spans].every(([axis, { top, bottom }]) => {
        const place = lines[trial]?.[axis];
        return place !== null && place !== undefined && place[1] >= top && place[1] <= bottom;
      });
  }
  const rectangle = rectangleOf(frame, brush);
  if (hasLines(frame))
    return (trial) => lines[trial]?.some((place) => place !== null && holds(rectangle, place)) === true;
  return (trial) => {
    const place = points[trial];
    return place !== null && place !== undefined && holds(rectangle, place);
  };
}

/** The rectangle between both places; of EDFs it is as high as the picture, since errors alone are meant. */
function rectangleOf(frame: FigureFrame, { from, to }: Brush): Rectangle {
  const whole = frame.kind === 'edf';
  return {
    left: Math.min(from[0], to[0]),
    right: Math.max(from[0], to[0]),
    top: whole ? Math.min(...frame.y.range) : Math.min(from[1], to[1]),
    bottom: whole ? Math.max(...frame.y.range) : Math.max(from[1], to[1]),
  };
}

function holds({ left, right, top, bottom }: Rectangle, [x, y]: Place): boolean {
  return x >= left && x <= right && y >= top && y <= bottom;
}

/** The newest brush of each axis, by the axis' place among all. */
function axisSpans(
  { axes }: ParallelFrame,
  brush: Brush,
): ReadonlyMap<number, Pick<Rectangle, 'top' | 'bottom'>> {
  const spans = new Map<number, Pick<Rectangle, 'top' | 'bottom'>>();
  const seen = new Set<string>();
  for (let each: Brush | null = brush; each !== null; each = each.before) {
    const { from, to } = each;
    // While it is being drawn, a brush has as many forerunners as the pointer had places.
    if (seen.has(String(from))) continue;
    seen.add(String(from));
    const distances = axes.map(({ at }) => Math.abs(at - from[0]));
    const axis = distances.indexOf(Math.min(...distances));
    if (!spans.has(axis))
      spans.set(axis, { top: Math.min(from[1], to[1]), bottom: Math.max(from[1], to[1]) });
  }
  return spans;
}

export function paintBrush(pen: Pen, frame: FigureFrame, brush: Brush): void {
  pen.fillStyle = colorOf('var(--ink)');
  pen.strokeStyle = pen.fillStyle;
  if (frame.kind === 'parallel') {
    for (const [axis, { top, bottom }] of axisSpans(frame, brush))
      paintRectangle(pen, {
        left: (frame.axes[axis]?.at ?? 0) - 8,
        right: (frame.axes[axis]?.at ?? 0) + 8,
        top,
        bottom,
      });
  } else paintRectangle(pen, rectangleOf(frame, brush));
}

function paintRectangle(pen: Pen, { left, right, top, bottom }: Rectangle): void {
  pen.globalAlpha = 0.08;
  pen.fillRect(left, top, right - left, bottom - top);
  pen.globalAlpha = 0.7;
  pen.lineWidth = 1;
  pen.strokeRect(left, top, right - left, bottom - top);
  pen.globalAlpha = 1;
}
