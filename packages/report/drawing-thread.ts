/**
 * Draws the charts of reports in a thread of its own, while what else a report says is computed. The thread is kept for the next report, which
 * finds everything loaded; it keeps no process alive.
 */
import type { Chart } from '@netspace/analysis/chart';
import type { FramedPicture } from '@netspace/analysis/draw';
import { Worker } from 'node:worker_threads';
import type { DrawnChart } from './drawing-worker.ts';

interface DrawingThread {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
}

interface Waiting {
  readonly resolve: (picture: FramedPicture) => void;
  readonly reject: (error: Error) => void;
}

let kept: DrawingThread | undefined;
let count = 0;

/** Loads what drawing needs, unless that has happened. */
export function startDrawing(): void {
  kept ??= startThread();
}

/** A picture in the colours of a page; `id` sets it apart from all others of its page. */
export function drawInThread(chart: Chart, id: string): Promise<FramedPicture> {
  const { worker, waiting } = (kept ??= startThread());
  const number = ++count;
  // A process that waits for a picture does not end.
  worker.ref();
  worker.postMessage({ number, chart, id });
  return new Promise((resolve, reject) => waiting.set(number, { resolve, reject }));
}

function startThread(): DrawingThread {
  const worker = new Worker(entry, { execArgv: [] });
  const waiting = new Map<number, Waiting>();
  worker.on('message', ({ number, picture, problem = '' }: DrawnChart) => {
    if (picture !== undefined) waiting.get(number)?.resolve(picture);
    else waiting.get(number)?.reject(new Error(problem));
    waiting.delete(number);
    if (waiting.size === 0) worker.unref();
  });
  worker.on('error', (cause) => {
    kept = undefined;
    const error = new Error(`the thread that draws charts died: ${cause.message}`, { cause });
    for (const { reject } of waiting.values()) reject(error);
  });
  worker.unref();
  return { worker, waiting };
}

/** From source the compiled thread is run. */
const entry = new URL(
  import.meta.url.endsWith('.ts') ? './dist/drawing-worker.js' : './drawing-worker.js',
  import.meta.url,
);
