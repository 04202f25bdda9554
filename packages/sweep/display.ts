/** Shows a running sweep: one screen in a terminal, plain lines elsewhere, or events as JSON. */
import type { Shard } from '@netspace/store/store';
import { follow, noProgress, type SweepProgress } from './progress.ts';
import { countEnded, describeCounts, drawScreen, formatError, formatSeconds } from './screen.ts';
import { describeShard } from './shard.ts';
import type { SweepEvent } from './sweep-event.ts';

/** What a display needs of a terminal or a file; process.stderr is one. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export interface Display {
  readonly onEvent: (event: SweepEvent) => void;
  /** Draws what is left to draw, and draws no more. */
  readonly close: () => void;
}

export interface DisplayOptions {
  /** One JSON object a line for every event, and nothing else. */
  readonly json?: boolean;
  readonly clock?: () => number;
}

export function showSweep(output: Output, options: DisplayOptions = {}): Display {
  if (options.json) return showEvents(output);
  return output.isTTY ? showScreen(output, options.clock ?? Date.now) : showLines(output);
}

function showEvents(output: Output): Display {
  return {
    onEvent: (event) => void output.write(`${JSON.stringify(event)}\n`),
    close: () => {},
  };
}

function showLines(output: Output): Display {
  let progress = noProgress;
  return {
    onEvent: (event) => {
      progress = follow(progress, event);
      const line = describeEvent(event, progress);
      if (line !== undefined) output.write(`${line}\n`);
    },
    close: () => {},
  };
}

/** Milliseconds between two drawings of the screen. */
const frame = 200;

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

function showScreen(output: Output, clock: () => number): Display {
  let progress = noProgress;
  let drawn: readonly string[] = [];
  let ended = false;
  // A terminal that was made narrower has broken the lines that are there.
  const clear = (): string => {
    const width = output.columns ?? 80;
    const height = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / width)), 0);
    return height === 0 ? '' : `\u001b[${height}A\r\u001b[0J`;
  };
  const draw = (above = ''): void => {
    const { columns: width = 80, rows: height = 24 } = output;
    const isShown = !ended && progress.sweep !== '';
    const lines = isShown ? drawScreen(progress, { width, height, now: clock() }) : [];
    output.write(`${hideCursor}${clear()}${above}${lines.map((line) => `${line}\n`).join('')}`);
    drawn = lines;
  };
  const timer = setInterval(draw, frame);
  return {
    onEvent: (event) => {
      progress = follow(progress, event);
      ended = event.kind === 'ended' || (ended && event.kind !== 'planned');
      const line = isLasting(event) ? describeEvent(event, progress) : undefined;
      if (line !== undefined || ended) draw(line === undefined ? '' : `${line}\n`);
    },
    close: () => {
      clearInterval(timer);
      output.write(`${clear()}${showCursor}`);
      drawn = [];
    },
  };
}

/** Events that stay on the screen above the moving part. */
function isLasting(event: SweepEvent): boolean {
  if (event.kind === 'finished') return event.status !== 'completed';
  return event.kind === 'note' || event.kind === 'settled' || event.kind === 'lost' || event.kind === 'ended';
}

/** An event as a line for people; undefined for one that only moves a screen. */
export function describeEvent(event: SweepEvent, progress: SweepProgress): string | undefined {
  switch (event.kind) {
    case 'planned':
      return `${event.sweep}${describePart(event)}: ${event.resumed ? 'resumed' : 'planned'}, ${describeCounts(event)}`;
    case 'note':
      return event.text;
    case 'started':
      return `started trial ${event.trial.index + 1} (${event.trial.space}, ${event.trial.shape})${event.attempt > 1 ? `, attempt ${event.attempt}` : ''}`;
    case 'resumed':
      return `trial ${event.index + 1} goes on after epoch ${event.epoch}, from its checkpoint`;
    case 'paused':
      return `paused trial ${event.trial.index + 1} after epoch ${event.epoch}; ${event.until === 'promotion' ? 'it waits for the others' : 'it goes on from there with the next run'}`;
    case 'settled':
      return `epoch ${event.epoch}: ${event.promoted} of the trials go on, ${event.stopped} are stopped`;
    case 'finished':
      return `${describeFinish(event)} in ${formatSeconds(event.seconds)} · ${describeStanding(progress)}`;
    case 'lost':
      return `lost trial ${event.index + 1}, attempt ${event.attempt}: ${event.reason}; ${event.again ? 'it is planned again' : 'it fails, having been lost too often'}`;
    case 'draining':
      return 'finishing the running epochs; Ctrl-C again stops at once';
    case 'ended':
      return `${event.interrupted ? 'interrupted' : 'ended'}${describePart(event)}: ${describeCounts(event)}${event.interrupted ? '; run the same command again to go on' : ''}`;
    default:
      return undefined;
  }
}

/** ", shard 2/3", where only that is trained. */
function describePart({ shard }: { readonly shard?: Shard }): string {
  return shard ? `, ${describeShard(shard)}` : '';
}

type Finish = Extract<SweepEvent, { kind: 'finished' }>;

function describeFinish({ status, error, reason, stopped, trial }: Finish): string {
  const what = `trial ${trial.index + 1} (${trial.space})`;
  if (stopped) return `stopped ${what} after epoch ${stopped.epoch}: error ${formatError(error ?? 1)}`;
  if (status === 'completed') return `completed ${what}: error ${formatError(error ?? 1)}`;
  if (status === 'diverged') return `diverged ${what}: its loss is no longer finite`;
  return `failed ${what}: ${reason ?? 'for an unknown reason'}`;
}

function describeStanding(progress: SweepProgress): string {
  const { ended, total } = countEnded(progress);
  const best = progress.leastError === undefined ? '' : `, best error ${formatError(progress.leastError)}`;
  return `${ended} of ${total} trials done${best}`;
}
