import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { analyseMeasurements } from '@netspace/analysis/analysis';
import { bootstrapChart, varyingParameters } from '@netspace/analysis/bootstrap-chart';
import { curveChart } from '@netspace/analysis/curve-chart';
import { draw } from '@netspace/analysis/draw';
import { edfChart } from '@netspace/analysis/edf-chart';
import { measureTrials } from '@netspace/analysis/measurement';
import { widthChart } from '@netspace/analysis/width-chart';
import type { Trial } from '@netspace/population/trial';
import { input, syntheticSweep } from './synthetic.ts';

const golden = fileURLToPath(new URL('edf-chart.golden', import.meta.url));
const size = { width: 480, height: 300 };
const measurements = measureTrials(syntheticSweep(5, 2), input);
const { measured } = measurements;
const { groups } = analyseMeasurements(measurements);

/** Rows of a layer's own data. */
function rowsOf(chart: unknown, layer: number): Record<string, unknown>[] {
  const { layer: layers } = chart as { layer: { data: { values: Record<string, unknown>[] } }[] };
  return layers[layer]?.data.values ?? [];
}

/** Errors of 10, 15, 20 and 25 %, so that a golden depends on nothing but the chart. */
function withPlainError(trial: Trial, i: number): Trial {
  return { ...trial, error: 0.1 + 0.05 * i };
}

describe('the EDF chart', () => {
  it('ends each stair at the share that completed, whatever failed beyond the edge', () => {
    const stair = rowsOf(edfChart(groups, measured, size), 1);
    const last = (space: string): unknown => stair.findLast((row) => row['space'] === space)?.['share'];
    expect([last('anynet-a'), last('regnet-x')]).toEqual([0.8, 0.8]);
    expect(stair[0]).toMatchObject({ share: 0 });
  });

  it('has a dot for each network, that knows which', () => {
    const dots = rowsOf(edfChart(groups, measured, size), 2);
    expect(dots.map((row) => row['id']).toSorted()).toEqual(measured.map(({ id }) => id).toSorted());
  });

  it('says n, min and mean of each space in its legend', async () => {
    const svg = await draw(edfChart(groups, measured, size));
    for (const { name, n } of groups) expect(svg).toContain(`${name}\u2003n ${n}, min `);
  });

  it('is the specification that was looked at and found good', async () => {
    const few = measureTrials(syntheticSweep(2, 9).map(withPlainError), input);
    const chart = edfChart(analyseMeasurements(few).groups, few.measured, size);
    await expect(`${JSON.stringify(chart, null, 1)}\n`).toMatchFileSnapshot(golden);
  });

  it('draws one space alone, and one network alone', async () => {
    const one = { measured: measured.slice(0, 1), missing: [] };
    const svg = await draw(edfChart(analyseMeasurements(one).groups, one.measured, size));
    expect(svg).toContain('n 1, min');
    expect(svg).not.toContain('NaN');
  });
});

describe('the other charts', () => {
  it('show every parameter that varies and none that does not', () => {
    const names = varyingParameters(groups, measured);
    expect(names).toEqual(expect.arrayContaining(['depth', 'flops', 'widthSlope', 'fitError']));
    expect(names).not.toContain('learningRate');
  });

  it('draw without a number that is none', async () => {
    const [best] = measured;
    const charts = [
      ...varyingParameters(groups, measured).map((name) => bootstrapChart(name, groups, measured, size)),
      curveChart(groups, measured, size),
      ...(best === undefined ? [] : [widthChart(best, 'var(--space-1)', size)]),
    ];
    for (const chart of charts) expect(/NaN|undefined/.exec(await draw(chart))).toBeNull();
  });

  it('show a dot for each block of a network, with the line and the steps of its fit', () => {
    for (const measurement of measured) {
      const { data } = widthChart(measurement, 'black', size) as {
        data: { values: Record<string, number>[] };
      };
      expect(data.values.length).toBe(measurement.parameters['depth']);
      for (const row of data.values) expect(row['steps']).toBeGreaterThan(0);
    }
  });
});

describe('drawing', () => {
  it('leaves colours to a page, or fills in those of a look', async () => {
    const chart = edfChart(groups, measured, size);
    expect(await draw(chart, { look: 'page' })).toContain('var(--space-2)');
    const dark = await draw(chart, { look: 'dark' });
    expect(dark).not.toContain('var(');
    expect(dark === (await draw(chart, { look: 'light' }))).toBe(false);
    expect(dark === (await draw(chart, { look: 'dark' }))).toBe(true);
  });

  it('shows a hostile name as text', async () => {
    const hostile = syntheticSweep(2, 3).map((trial) => ({
      ...trial,
      space: '</svg><script>alert(1)</script>',
    }));
    const one = measureTrials(hostile, input);
    const svg = await draw(edfChart(analyseMeasurements(one).groups, one.measured, size));
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;script&gt;');
  });
});
