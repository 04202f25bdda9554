/** The thread that draws the charts of a report, one after another. */
import type { Chart } from '@netspace/analysis/chart';
import { drawFramed, type FramedPicture } from '@netspace/analysis/draw';
import { parentPort } from 'node:worker_threads';

/** A chart's picture, or what is wrong with the chart. */
export interface DrawnChart {
  readonly id: string;
  readonly picture?: FramedPicture;
  readonly problem?: string;
}

parentPort?.on('message', ({ id, chart }: { readonly id: string; readonly chart: Chart }) => {
  void drawFramed(chart, { look: 'page', id }).then(
    (picture) => parentPort?.postMessage({ id, picture } satisfies DrawnChart),
    (error: unknown) => parentPort?.postMessage({ id, problem: String(error) } satisfies DrawnChart),
  );
});
