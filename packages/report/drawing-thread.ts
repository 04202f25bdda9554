/** Draws the charts of a report in a thread of its own, while what else it says is computed. */
import type { Chart } from '@netspace/analysis/chart';
import type { FramedPicture } from '@netspace/analysis/draw';
import { Worker } from 'node:worker_threads';
import type { DrawnChart } from './drawing-worker.ts';

/** A picture in the colours of a page; `id` sets it apart from all others of the report. */
export type DrawChart = (chart: Chart, id: string) => Promise<FramedPicture>;

export interface DrawingThread {
  readonly draw: DrawChart;
  /** What is not drawn yet never will be. */
  readonly end: () => Promise<void>;
}

interface Waiting {
  readonly resolve: (picture: FramedPicture) => void;
  readonly reject: (error: Error) => void;
}

export function startDrawing(): DrawingThread {
  const worker = new Worker(entry, { execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: 64 } });
  const waiting = new Map<string, Waiting>();
  let death: Error | undefined;
  worker.on('message', ({ id, picture, problem }: DrawnChart) => {
    if (picture !== undefined) waiting.get(id)?.resolve(picture);
    else waiting.get(id)?.reject(new Error(`the figure ${id} cannot be drawn: ${problem}`));
    waiting.delete(id);
  });
  worker.on('error', (error) => {
    death = new Error(`the thread that draws figures died: ${error.message}`, { cause: error });
    for (const { reject } of waiting.values()) reject(death);
  });
  return {
    draw: (chart, id) =>
      new Promise((resolve, reject) => {
        if (death !== undefined) return reject(death);
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, chart });
      }),
    end: async () => void (await worker.terminate()),
  };
}

/** From source the compiled thread is run. */
const entry = new URL(
  import.meta.url.endsWith('.ts') ? './dist/drawing-worker.js' : './drawing-worker.js',
  import.meta.url,
);
