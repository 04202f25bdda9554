/** The thread that draws charts. */
import type { Chart } from '@netspace/analysis/chart';
import { drawFramed, type FramedPicture } from '@netspace/analysis/draw';
import { answerQuestions } from './thread.ts';

export interface ChartRequest {
  readonly chart: Chart;
  readonly id: string;
}

/** The picture of a request's chart, or what is wrong with that. */
export interface DrawnChart {
  readonly picture?: FramedPicture;
  readonly problem?: string;
}

answerQuestions(async ({ chart, id }: ChartRequest): Promise<DrawnChart> => {
  try {
    return { picture: await drawFramed(chart, { look: 'page', id }) };
  } catch (error) {
    return { problem: `the figure ${id} cannot be drawn: ${String(error)}` };
  }
});

/**
 * Drawn for nobody: the first chart of a thread takes ten times as long as its second, since most of Vega is compiled when it first runs. So that happens
 * while trials are read.
 */
const first = {
  width: 300,
  height: 200,
  autosize: { type: 'fit', contains: 'padding' },
  layer: ['area', 'line', 'rule', 'point'].map((type) => ({
    data: { values: [1, 2, 3].map((x) => ({ x, y: x, to: 4, of: 'a' })) },
    mark: { type, clip: true },
    encoding: {
      x: { field: 'x', type: 'quantitative', scale: { type: 'log' }, title: 'x', axis: { format: '~s' } },
      y: { field: 'y', type: 'quantitative', scale: { domain: [0, 5] }, title: 'y', axis: { format: '.0%' } },
      ...(type === 'area' || type === 'rule' ? { y2: { field: 'to' } } : {}),
      color: {
        field: 'of',
        type: 'nominal',
        scale: { domain: ['a'], range: ['red'] },
        legend: { orient: 'top' },
      },
    },
  })),
} as Chart;
await drawFramed(first);
