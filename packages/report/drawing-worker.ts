/** The thread that draws charts, one after another. */
import type { Chart } from '@netspace/analysis/chart';
import { drawFramed, type FramedPicture } from '@netspace/analysis/draw';
import { parentPort } from 'node:worker_threads';

interface ChartRequest {
  readonly number: number;
  readonly chart: Chart;
  readonly id: string;
}

/** The picture of a request's chart, or what is wrong with that. */
export interface DrawnChart {
  readonly number: number;
  readonly picture?: FramedPicture;
  readonly problem?: string;
}

parentPort?.on('message', (request: ChartRequest) => {
  void answer(request).then((drawn) => parentPort?.postMessage(drawn));
});

async function answer({ number, chart, id }: ChartRequest): Promise<DrawnChart> {
  try {
    return { number, picture: await drawFramed(chart, { look: 'page', id }) };
  } catch (error) {
    return { number, problem: `the figure ${id} cannot be drawn: ${String(error)}` };
  }
}
