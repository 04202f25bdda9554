import { describe, expect, it } from 'vitest';
import { analyseMeasurements } from '@netspace/analysis/analysis';
import { expectedBestChart, sampleSizeChart } from '@netspace/analysis/band-chart';
import { bootstrapChart, varyingParameters } from '@netspace/analysis/bootstrap-chart';
import { spaceColor, type Chart } from '@netspace/analysis/chart';
import { curveChart } from '@netspace/analysis/curve-chart';
import { edfChart } from '@netspace/analysis/edf-chart';
import { measureTrials } from '@netspace/analysis/measurement';
import { normalizedEdfChart } from '@netspace/analysis/normalized-edf-chart';
import { pairChart } from '@netspace/analysis/pair-chart';
import { studySpaces } from '@netspace/analysis/study';
import { trendChart } from '@netspace/analysis/trend-chart';
import { widthChart } from '@netspace/analysis/width-chart';
import { parse, View } from 'vega';
import { compile } from 'vega-lite';
import { compileStill } from '../chart-form.ts';
import { input, syntheticSweep } from './synthetic.ts';

const size = { width: 330, height: 240 };

/** Every kind of chart of a population, with networks and without, with a legend and without. */
function chartsOf(perSpace: number, seed: number): [string, Chart][] {
  const measurements = measureTrials(syntheticSweep(perSpace, seed), input);
  const { measured } = measurements;
  const { groups } = analyseMeasurements(measurements);
  const { spaces, normalized } = studySpaces(measured);
  const looks = [size, { ...size, legend: true, networks: false }];
  const parameters = varyingParameters(groups, measured);
  return [
    ...looks.flatMap((look): [string, Chart][] => [
      ['EDF', edfChart(groups, measured, look)],
      ['curves', curveChart(groups, measured, look)],
      ...parameters.map((name): [string, Chart] => [name, bootstrapChart(name, groups, measured, look)]),
      ...parameters
        .slice(1)
        .map((name): [string, Chart] => [`pair ${name}`, pairChart(['flops', name], measured, look)]),
    ]),
    ...measured
      .slice(0, 4)
      .map((member, i): [string, Chart] => [member.name, widthChart(member, spaceColor(i), size)]),
    ...normalized.map((each): [string, Chart] => [each.measure, normalizedEdfChart(groups, each, size)]),
    [
      'expected best',
      expectedBestChart(
        groups,
        spaces.map((each) => each.expectedBest),
        size,
      ),
    ],
    [
      'sample size',
      sampleSizeChart(
        groups,
        spaces.map((each) => each.sampleSize),
        size,
      ),
    ],
    ...spaces.flatMap(({ trends }, i) =>
      (trends?.trends ?? []).map((trend): [string, Chart] => [
        `trend ${trend.parameter}`,
        trendChart(trend, { measure: 'flops', color: spaceColor(i), size }),
      ]),
    ),
  ];
}

/** With clip paths numbered in each picture by itself. */
async function pictureOf(spec: ReturnType<typeof compileStill>): Promise<string> {
  return (await new View(parse(spec), { renderer: 'none' }).toSVG()).replaceAll(/clip\d+/g, 'clip');
}

describe('a chart of a form that was compiled before', () => {
  it('is the picture that compiling it whole gives', async () => {
    for (const [perSpace, seed] of [
      [30, 1],
      [24, 2],
    ] as const)
      for (const [name, chart] of chartsOf(perSpace, seed))
        expect(await pictureOf(compileStill(chart)), name).toBe(await pictureOf(compile(chart).spec));
  }, 60_000);

  it('keeps titles that hold quotation marks and section signs', async () => {
    for (const title of ['a "b" \\ c', '§0§', '', "it's"]) {
      const chart = {
        data: { values: [{ x: 1, y: 2 }] },
        mark: 'point',
        encoding: {
          x: { field: 'x', type: 'quantitative', title },
          y: { field: 'y', type: 'quantitative', title: 'plain', scale: { domain: [-1, 3] } },
        },
      } as Chart;
      expect(await pictureOf(compileStill(chart))).toBe(await pictureOf(compile(chart).spec));
    }
  });
});
