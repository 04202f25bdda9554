/**
 * Draws the charts of reports in a thread of its own, while what else a report says is computed. The thread is kept for the next report, which
 * finds everything loaded.
 */
import type { Chart } from '@netspace/analysis/chart';
import type { FramedPicture } from '@netspace/analysis/draw';
import type { ChartRequest, DrawnChart } from './drawing-worker.ts';
import { holdThread } from './thread.ts';

const thread = holdThread<ChartRequest, DrawnChart>(import.meta.url, 'drawing-worker', {
  died: (cause) => new Error(`the thread that draws charts died: ${cause.message}`, { cause }),
});

/** Loads what drawing needs, unless that has happened. */
export function startDrawing(): void {
  thread.start();
}

/** A picture in the colours of a page; `id` sets it apart from all others of its page. */
export async function drawInThread(chart: Chart, id: string): Promise<FramedPicture> {
  const { picture, problem = '' } = await thread.ask({ chart, id });
  if (picture === undefined) throw new Error(problem);
  return picture;
}
