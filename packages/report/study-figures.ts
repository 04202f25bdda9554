/** The figures of a report that sum up spaces rather than show networks: written once, the same with scripts and without. */
import { expectedBestChart, sampleSizeChart } from '@netspace/analysis/band-chart';
import { spaceColor, type Chart } from '@netspace/analysis/chart';
import { draw } from '@netspace/analysis/draw';
import type { Group } from '@netspace/analysis/group';
import { normalizedEdfChart } from '@netspace/analysis/normalized-edf-chart';
import type { Study } from '@netspace/analysis/study';
import { trendChart } from '@netspace/analysis/trend-chart';
import { parameterTitle } from '@netspace/analysis/wording';
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
  return {
    normalized: await Promise.all(
      normalized.map((each) =>
        written(
          `normalized-${each.measure}`,
          `Distribution of errors at equal ${each.measure}`,
          normalizedEdfChart(groups, each, third),
        ),
      ),
    ),
    expectedBest: await written(
      'expected-best',
      'Expected least error of m networks',
      expectedBestChart(
        groups,
        spaces.map(({ expectedBest }) => expectedBest),
        half,
      ),
    ),
    sampleSize: await written(
      'sample-size',
      'Distance of the distribution of n networks from that of all',
      sampleSizeChart(
        groups,
        spaces.map(({ sampleSize }) => sampleSize),
        half,
      ),
    ),
    trends: await Promise.all(spaces.map((_, i) => trendFigures(study, i))),
  };
}

function trendFigures({ spaces }: Study, index: number): Promise<Figure[]> {
  const { name = '', trends = null } = spaces[index] ?? {};
  if (trends === null) return Promise.resolve([]);
  const look = { measure: trends.measure, color: spaceColor(index), size: { width: 320, height: 210 } };
  return Promise.all(
    trends.trends
      .slice(0, mostTrends)
      .map((trend, i) =>
        written(
          `trend-${index + 1}-${i + 1}`,
          `${parameterTitle(trend.parameter)} of the best networks of ${name} over ${trends.measure}`,
          trendChart(trend, look),
        ),
      ),
  );
}

async function written(id: string, title: string, chart: Chart): Promise<Figure> {
  return { id, title, wide: { svg: trusted(await draw(chart, { look: 'page', id })) } };
}
