/** The one screen of a running sweep, as lines of text. */
import { formatQuantity } from '@netspace/network/quantity';
import type { SweepProgress } from './progress.ts';
import { secondsLeft } from './time-left.ts';
import type { WorkerRow } from './worker-row.ts';

export interface ScreenOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** Rows of the terminal; any number of lines when left out. */
  readonly height?: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Columns from which a worker's row has room for its words. */
const roomy = 64;

/** What a terminal shows of a sweep: its trials, the time left, a row for each worker. It has room on the terminal, in both directions. */
export function drawScreen(progress: SweepProgress, { width, height, now }: ScreenOptions): string[] {
  const rows = [...progress.rows].toSorted(([a], [b]) => a - b);
  const isRoomy = width >= roomy;
  const best = describeBest(progress);
  const counts = describeCounts(progress);
  const head = [
    drawBar(progress, Math.min(width, 100)),
    ...(best === '' ? [counts] : isRoomy ? [`${counts} · ${best}`] : [counts, best]),
    describeTime(progress, now),
  ];
  const foot = progress.draining ? [isRoomy ? drainingWords : shortDrainingWords] : [];
  // The last row is the cursor's.
  const room = (height ?? Infinity) - head.length - foot.length - 1;
  const drawn = rows.map(([worker, row]) => (isRoomy ? drawRow(worker, row) : drawShortRow(worker, row)));
  return [...head, ...shorten(drawn, room), ...foot].map((line) =>
    line.length > width ? `${line.slice(0, Math.max(0, width - 1))}…` : line,
  );
}

const drainingWords =
  'finishing the running epochs; Ctrl-C again stops at once, and loses what is done of an epoch';
const shortDrainingWords = 'ending epochs; Ctrl-C stops at once';

function shorten(rows: readonly string[], room: number): readonly string[] {
  if (rows.length <= room) return rows;
  const shown = Math.max(0, room - 1);
  return [...rows.slice(0, shown), `  and ${rows.length - shown} more`];
}

function drawBar(progress: SweepProgress, width: number): string {
  const { ended, total } = countEnded(progress);
  const label = `${progress.sweep}  `;
  const figures = `  ${ended}/${total}`;
  const room = Math.max(10, width - label.length - figures.length);
  const filled = total === 0 ? room : Math.floor((room * ended) / total);
  return `${label}${'█'.repeat(filled)}${'░'.repeat(room - filled)}${figures}`;
}

/** Trials that will not be trained any more, and all. */
export function countEnded({ counts }: SweepProgress): { ended: number; total: number } {
  const ended = counts.completed + counts.diverged + counts.failed + counts.cancelled;
  return { ended, total: ended + counts.planned + counts.leased + counts.lost };
}

/** "8 completed, 1 failed, 2 running, 9 waiting": only what there is. */
export function describeCounts({ counts }: Pick<SweepProgress, 'counts'>): string {
  const parts = [
    [counts.completed, 'completed'],
    [counts.diverged, 'diverged'],
    [counts.failed, 'failed'],
    [counts.cancelled, 'cancelled'],
    [counts.leased, 'running'],
    [counts.planned + counts.lost, 'waiting'],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return told.length === 0 ? 'no trials' : told.join(', ');
}

function describeBest({ leastError }: SweepProgress): string {
  return leastError === undefined ? '' : `best error so far ${formatError(leastError)}`;
}

function describeTime(progress: SweepProgress, now: number): string {
  const left = secondsLeft(progress, now);
  const passed = `${formatSeconds((now - progress.startedAt) / 1000)} passed`;
  return left === undefined
    ? `${passed}, time left not known yet`
    : `${passed}, about ${formatSeconds(left)} left`;
}

function drawRow(worker: number, row: WorkerRow): string {
  if (!row.trial) return `  worker ${worker}  ${row.state === 'starting' ? 'starting' : 'idle'}`;
  const { trial, epoch, imagesPerSecond } = row;
  const share = `${Math.floor(row.share * 100)} %`.padStart(5);
  const speed = imagesPerSecond === undefined ? '' : `  ${Math.round(imagesPerSecond)} images/s`;
  return `  worker ${worker} ${share}  epoch ${epoch}/${trial.epochs}${speed}  #${trial.index + 1} ${trial.space} ${formatQuantity(trial.flops)} flops, ${trial.shape}`;
}

/** "  1  75 %  2/3  1235/s  #2 regnetx 200M": worker, epoch, images a second, and of the network its space and flops. */
function drawShortRow(worker: number, row: WorkerRow): string {
  if (!row.trial) return `  ${worker}  ${row.state === 'starting' ? 'starting' : 'idle'}`;
  const { trial, epoch, imagesPerSecond } = row;
  const share = `${Math.floor(row.share * 100)} %`.padStart(5);
  const speed = imagesPerSecond === undefined ? '' : `  ${Math.round(imagesPerSecond)}/s`;
  return `  ${worker} ${share}  ${epoch}/${trial.epochs}${speed}  #${trial.index + 1} ${trial.space} ${formatQuantity(trial.flops)}`;
}

/** "12.34 %". */
export function formatError(error: number): string {
  return `${(100 * error).toFixed(2)} %`;
}

/** "41 s", "3 min 20 s", "2 h 5 min", "3 d 4 h". */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const units = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const;
  const first = units.findIndex(([size]) => whole >= size);
  if (first < 0) return '0 s';
  const parts = units.slice(first, first + 2).map(([size, unit], i) => {
    const above = units[first + i - 1]?.[0] ?? Infinity;
    return { count: Math.floor((i === 0 ? whole : whole % above) / size), unit };
  });
  return parts
    .filter(({ count }, i) => i === 0 || count > 0)
    .map(({ count, unit }) => `${count} ${unit}`)
    .join(' ');
}
