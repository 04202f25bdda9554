/** The figures of a report that sum up spaces rather than show networks: written once, the same with scripts and without. */
import { expectedBestChart, sampleSizeChart } from '@netspace/analysis/band-chart';
import { spaceColor, type Chart } from '@netspace/analysis/chart';
import type { Group } from '@netspace/analysis/group';
import { normalizedEdfChart } from '@netspace/analysis/normalized-edf-chart';
import type { Study } from '@netspace/analysis/study';
import { trendChart } from '@netspace/analysis/trend-chart';
import { parameterTitle } from '@netspace/analysis/wording';
import { drawInThread } from './drawing-thread.ts';
import type { Figure } from './figures.ts';
import { trusted } from './html.ts';

export interface StudyFigures {
  /** One for each measure of complexity in which the spaces overlap. */
  readonly normalized: readonly Figure[];
  readonly expectedBest: Figure;
  readonly sampleSize: Figure;
  /** A list a space, in their order; empty where it has no trends. */
  readonly trends: readonly (readonly Figure[])[];
}

/** Of a space's parameters those that vary, in their order, and at most so many. */
const mostTrends = 6;

const third = { width: 320, height: 240, legend: false };
const half = { width: 480, height: 270, legend: false };

export async function makeStudyFigures(groups: readonly Group[], study: Study): Promise<StudyFigures> {
  const { spaces, normalized } = study;
  const bests = spaces.map(({ expectedBest }) => expectedBest);
  const sizes = spaces.map(({ sampleSize }) => sampleSize);
  const [equal, expectedBest, sampleSize, trends] = await Promise.all([
    Promise.all(
      normalized.map((each) =>
        written(
          `normalized-${each.measure}`,
          `Distribution of errors at equal ${each.measure}`,
          normalizedEdfChart(groups, each, third),
        ),
      ),
    ),
    written('expected-best', 'Expected least error of m networks', expectedBestChart(groups, bests, half)),
    written(
      'sample-size',
      'Distance of the distribution of n networks from that of all',
      sampleSizeChart(groups, sizes, half),
    ),
    Promise.all(spaces.map((_, i) => Promise.all(trendCharts(study, i).map((each) => written(...each))))),
  ]);
  return { normalized: equal, expectedBest, sampleSize, trends };
}

function trendCharts({ spaces }: Study, index: number): [id: string, title: string, chart: Chart][] {
  const { name = '', trends = null } = spaces[index] ?? {};
  if (trends === null) return [];
  const look = { measure: trends.measure, color: spaceColor(index), size: { width: 320, height: 210 } };
  return trends.trends
    .slice(0, mostTrends)
    .map((trend, i) => [
      `trend-${index + 1}-${i + 1}`,
      `${parameterTitle(trend.parameter)} of the best networks of ${name} over ${trends.measure}`,
      trendChart(trend, look),
    ]);
}

async function written(id: string, title: string, chart: Chart): Promise<Figure> {
  return { id, title, wide: { svg: trusted((await drawInThread(chart, id)).svg) } };
}
