/** A frame with axes into which a figure draws; as wide as the place that it stands in. */
import type { ComponentChildren } from 'preact';
import { scaleOf, ticksOf, type Axis, type Scale } from './scale.ts';
import { useWidth } from './width.ts';

interface PlotAxis extends Axis {
  readonly title: string;
  readonly format: (value: number) => string;
}

export interface Frame {
  readonly x: Scale;
  readonly y: Scale;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface PlotProps {
  /** What the picture shows, for those who do not see it. */
  readonly label: string;
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly height: number;
  readonly children: (frame: Frame) => ComponentChildren;
  readonly onMove?: (event: PointerEvent, frame: Frame) => void;
  readonly onLeave?: () => void;
  readonly onPick?: (event: PointerEvent, frame: Frame) => void;
}

const margin = { left: 64, right: 14, top: 12, bottom: 40 };

export function Plot(props: PlotProps) {
  const { label, x, y, height, children, onMove, onLeave, onPick } = props;
  const [ref, width] = useWidth<HTMLDivElement>(600);
  const [left, right] = [margin.left, Math.max(margin.left + 40, width - margin.right)];
  const [top, bottom] = [margin.top, height - margin.bottom];
  const frame: Frame = { x: scaleOf(x, left, right), y: scaleOf(y, bottom, top), left, right, top, bottom };
  return (
    <div class="plot" ref={ref}>
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={label}
        onPointerMove={onMove && ((event) => onMove(event, frame))}
        onPointerLeave={onLeave}
        onPointerDown={onPick && ((event) => onPick(event, frame))}
      >
        <Axes frame={frame} x={x} y={y} />
        {children(frame)}
      </svg>
    </div>
  );
}

function Axes({ frame, x, y }: { frame: Frame; x: PlotAxis; y: PlotAxis }) {
  const { left, right, top, bottom } = frame;
  return (
    <g class="axes" aria-hidden="true">
      {ticksOf(y, Math.max(2, Math.floor((bottom - top) / 30))).map((tick) => (
        <g key={tick} transform={`translate(0 ${frame.y(tick)})`}>
          <line class="grid-line" x1={left} x2={right} />
          <text x={left - 8} dy="0.32em" text-anchor="end">
            {y.format(tick)}
          </text>
        </g>
      ))}
      {ticksOf(x, Math.max(2, Math.floor((right - left) / 66))).map((tick) => (
        <g key={tick} transform={`translate(${frame.x(tick)} 0)`}>
          <line class="axis-line" y1={bottom} y2={bottom + 4} />
          <text y={bottom + 17} text-anchor="middle">
            {x.format(tick)}
          </text>
        </g>
      ))}
      <line class="axis-line" x1={left} x2={right} y1={bottom} y2={bottom} />
      <text class="axis-title" x={(left + right) / 2} y={bottom + 35} text-anchor="middle">
        {x.title}
      </text>
      <text class="axis-title" x={-(top + bottom) / 2} y={11} transform="rotate(-90)" text-anchor="middle">
        {y.title}
      </text>
    </g>
  );
}
