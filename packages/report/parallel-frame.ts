/** Parallel coordinates: an axis a parameter, a line a network, the error at the right end. */
import { formatNumber, formatPercent, parameterTitle } from '@netspace/analysis/wording';
import { markup, type Html } from './html.ts';
import { placeOf, type FigureAxis, type PageData, type ParallelFrame } from './page-data.ts';
import { valueOf } from './trials-csv.ts';

const margin = { top: 40, bottom: 24, side: 44 };

/** `columns` from left to right; those without two values are left out. */
export function parallelFrame(
  data: PageData,
  columns: readonly string[],
  { width, height }: { width: number; height: number },
): ParallelFrame {
  const ranges = columns.flatMap((column) => {
    const range = rangeOf(data, column);
    return range === undefined ? [] : [{ column, ...range }];
  });
  const apart = (width - 2 * margin.side) / Math.max(1, ranges.length - 1);
  const axes = ranges.map(({ column, low, high }, i) => ({
    column,
    at: Math.round(margin.side + apart * i),
    type: low > 0 && high / low >= 12 && column !== 'error' ? ('log' as const) : ('linear' as const),
    domain: [low, high] as const,
    range: [height - margin.bottom, margin.top] as const,
  }));
  return { kind: 'parallel', width, height, axes };
}

function rangeOf(data: PageData, column: string): { low: number; high: number } | undefined {
  let [low, high] = [Infinity, -Infinity];
  for (const [i, status] of data.trials.status.entries()) {
    const value = status === 'completed' ? valueOf(data, column, i) : null;
    if (value === null) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high > low ? { low, high } : undefined;
}

/** The axes with their titles and labels, as an `<svg>` for the page; `marks` stand behind them. */
export function parallelPicture({ width, height, axes }: ParallelFrame, marks: Html): Html {
  return markup`<svg
    xmlns="http://www.w3.org/2000/svg"
    class="marks"
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
    font-size="11"
  >
    ${marks}${axes.map((axis, i) => axisPicture(axis, i, axes.length))}
  </svg>`;
}

function axisPicture(axis: FigureAxis & { at: number }, index: number, count: number): Html {
  const { at, column, range } = axis;
  const [bottom, top] = range;
  const anchor = index === 0 && count > 5 ? 'start' : index === count - 1 && count > 5 ? 'end' : 'middle';
  const x = anchor === 'start' ? at - 36 : anchor === 'end' ? at + 36 : at;
  return markup`<g fill="var(--muted)">
    <path d="M${at} ${top}V${bottom}" stroke="var(--muted)" stroke-width="1" />
    <text x="${x}" y="${index % 2 === 0 ? 12 : 25}" text-anchor="${anchor}" fill="var(--ink)">
      ${column === 'error' ? 'Error' : parameterTitle(column)}
    </text>
    ${ticksOf(axis).map(
      (value) =>
        markup`<path d="M${at - 3} ${placeOf(axis, value)}h6" stroke="var(--muted)" />
          <text
            x="${at + 6}"
            y="${Math.round(placeOf(axis, value) + 3.5)}"
            class="halo"
            paint-order="stroke"
            stroke="var(--paper)"
            stroke-width="3"
          >
            ${column === 'error' ? formatPercent(value) : formatNumber(value)}
          </text>`,
    )}
  </g>`;
}

/** Ends and three places between them; where all values could be whole, whole ones. */
function ticksOf({ type, domain: [low, high] }: FigureAxis): number[] {
  const at = (share: number): number =>
    type === 'log' ? low * (high / low) ** share : low + share * (high - low);
  const whole = Number.isInteger(low) && Number.isInteger(high) && high - low >= 1;
  const values = [0, 0.25, 0.5, 0.75, 1].map((share) =>
    whole && high - low < 1e4 ? Math.round(at(share)) : at(share),
  );
  return [...new Set(values)];
}
