import { fileURLToPath } from 'node:url';
import { assert, constantFrom, double, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockChart } from '@netspace/analysis/block-chart';
import {
  complexityAxis,
  complexityEdfChart,
  complexityHistogram,
  complexityShares,
} from '@netspace/analysis/complexity-chart';
import { dimensionChart } from '@netspace/analysis/dimension-chart';
import { draw } from '@netspace/analysis/draw';
import { quantizeWidths } from '@netspace/network/quantize';
import { generateRegNet } from '@netspace/network/regnet';
import { discretize, type Distribution } from '@netspace/stats/distribution';
import { random } from '@netspace/stats/random';
import { logarithmicTicks, ticksWithEnds } from '../axis-ticks.ts';

const size = { width: 330, height: 160 };
const look = { title: 'Channels', color: 'var(--space-1)', size };

type Row = Record<string, number>;

function rowsOf(chart: unknown, layer?: number): Row[] {
  const whole = chart as { data: { values: Row[] }; layer: { data: { values: Row[] } }[] };
  return (layer === undefined ? whole.data : whole.layer[layer]?.data)?.values ?? [];
}

describe('the chart of a dimension', () => {
  it('has a bar for each of a few values, as high as the sampler draws it', () => {
    const rows = rowsOf(dimensionChart(discretize({ kind: 'choice', values: [4, 1, 2] }), look));
    expect(rows).toEqual([1, 2, 4].map((value) => ({ value, probability: 1 / 3 })));
  });

  it('labels the first and the last of its bars, and others that do not come too near', () => {
    const labels = (high: number): unknown => {
      const discrete = discretize({ kind: 'uniform', low: 1, high, step: 1 });
      const { encoding } = dimensionChart(discrete, { ...look, size: { ...size, width: 252 } }) as {
        encoding: { x: { axis: { values: number[] } } };
      };
      return encoding.x.axis.values;
    };
    expect(labels(16)).toEqual([1, 3, 5, 7, 9, 11, 13, 16]);
    expect(labels(4)).toEqual([1, 2, 3, 4]);
  });

  it.each<[string, Distribution]>([
    ['a grid whose points do not fill their steps', { kind: 'log-uniform', low: 8, high: 256, step: 0.1 }],
    ['a grid of one point a step', { kind: 'uniform', low: 3, high: 90, step: 1 }],
    ['a bell', { kind: 'normal', low: 0, high: 1000, step: 1 }],
    ['the widths of AnyNetX', { kind: 'log-uniform', low: 8, high: 1024, step: 8 }],
  ])('is a stair under which all probability lies: %s', (_why, distribution) => {
    const stair = rowsOf(dimensionChart(discretize(distribution), look));
    const { low, high, step } = distribution as { low: number; high: number; step: number };
    expect(stair.length).toBeLessThanOrEqual(101);
    expect(stair[0]?.['from']).toBeCloseTo(low - step / 2, 6);
    expect(stair.at(-1)?.['from']).toBeCloseTo(high + step / 2, 6);
    // Height times number of values, summed over the steps.
    const mass = stair
      .slice(0, -1)
      .map(
        (row, i) =>
          (row['probability'] ?? NaN) * (((stair[i + 1]?.['from'] ?? NaN) - (row['from'] ?? NaN)) / step),
      )
      .reduce((sum, part) => sum + part, 0);
    expect(mass).toBeCloseTo(1, 9);
  });

  it('falls as 1 / v where the space is log-uniform', () => {
    const grid = { kind: 'log-uniform', low: 8, high: 256, step: 0.1 } as const;
    const stair = rowsOf(dimensionChart(discretize(grid), look)).slice(1, -1);
    // P(v) = ln(v / (v - q)) / ln(256 / 7.9), about q / v.
    for (const { from, probability } of stair)
      expect((probability ?? 0) * (from ?? 0)).toBeCloseTo(0.1 / Math.log(256 / 7.9), 2);
  });
});

describe('ticks', () => {
  it.each([
    [8, 1024, [8, 200, 400, 600, 800, 1024], 'widths'],
    [2, 3, [2, 2.2, 2.4, 2.6, 2.8, 3], 'multipliers'],
    [1.5, 3, [1.5, 2, 2.5, 3], 'no tick too near to an end'],
    [7, 7, [7], 'one value'],
  ])('from %d to %d name both ends: %j', (low, high, ticks) => {
    expect(ticksWithEnds(low, high, 6)).toEqual(ticks);
  });

  it.each([
    [2e7, 3e10, [1e8, 1e9, 1e10], 'three decades'],
    [3.6e8, 4e8, [3.6e8, 3.7e8, 3.8e8, 3.9e8, 4e8], 'a narrow window'],
    [1, 1e12, [1, 1000, 1e6, 1e9, 1e12], 'very many decades'],
    [9e5, 6e7, [1e6, 3e6, 1e7, 3e7], 'less than two decades'],
  ])('of a logarithmic axis from %d to %d are %j', (low, high, ticks) => {
    expect(logarithmicTicks(low, high, 5)).toEqual(ticks);
  });

  it('lie on their axis, few and ascending, whatever the axis', () => {
    const lows = double({ min: 1, max: 1e9, noNaN: true });
    const ratios = constantFrom(1.001, 1.1, 1.9, 2, 3.7, 10, 150, 1e4, 1e7);
    assert(
      property(lows, ratios, integer({ min: 3, max: 8 }), (low, ratio, most) => {
        const ticks = logarithmicTicks(low, low * ratio, most);
        expect(ticks.length).toBeGreaterThan(0);
        expect(ticks.length).toBeLessThanOrEqual(most + 1);
        expect(ticks).toEqual([...new Set(ticks)].toSorted((a, b) => a - b));
        for (const tick of ticks) expect(tick >= low * 0.999 && tick <= low * ratio * 1.001).toBe(true);
      }),
    );
  });
});

describe('charts of complexity', () => {
  const stream = random('complexity');
  const values = Array.from({ length: 500 }, () => Math.round(10 ** (6 + 4 * stream.next())));
  const axis = complexityAxis('Flops', values);

  it('share out every network to the bin between whose borders it lies', () => {
    const shares = complexityShares(values, axis);
    const rows = rowsOf(
      complexityHistogram(shares, { axis, greatestShare: 1, median: 1e8, color: 'black', size }),
      0,
    );
    expect(rows).toHaveLength(32);
    for (const [i, { from = NaN, to = NaN, share = NaN }] of rows.entries()) {
      const last = i === rows.length - 1;
      const inside = values.filter((value) => value >= from && (value < to || (last && value <= to * 1.001)));
      expect(share * 500).toBeCloseTo(inside.length, 9);
      expect(to / from).toBeCloseTo((axis.high / axis.low) ** (1 / 32), 9);
    }
  });

  it('have an axis around a single value', () => {
    expect(complexityAxis('Flops', [400, 400])).toEqual({ title: 'Flops', low: 200, high: 800 });
    expect(complexityShares([400, 400], complexityAxis('Flops', [400])).filter((share) => share > 0)).toEqual(
      [1],
    );
  });

  it('let each stair of the EDFs rise from 0 to 1 over the common axis', () => {
    const groups = [
      { name: 'few', values: values.slice(0, 7) },
      { name: 'all', values },
    ];
    const rows = rowsOf(complexityEdfChart(groups, axis, size)) as unknown as {
      space: string;
      value: number;
      share: number;
    }[];
    for (const { name, values: own } of groups) {
      const stair = rows.filter(({ space }) => space === name);
      expect(stair[0]).toEqual({ space: name, value: axis.low, share: 0 });
      expect(stair.at(-1)).toEqual({ space: name, value: axis.high, share: 1 });
      for (const { value, share } of stair.slice(1, -1))
        expect(share).toBeGreaterThanOrEqual(own.filter((each) => each < value).length / own.length);
    }
  });
});

describe('the chart of block widths', () => {
  // RegNetX-200MF.
  const parameters = { depth: 13, initialWidth: 24, widthSlope: 36.44, widthMultiplier: 2.49 };
  const network = generateRegNet({ ...parameters, groupWidth: 8 });
  const chart = blockChart(network, { line: parameters, color: 'var(--space-1)', size });

  it('has a step for each stage, which stand side by side over all blocks', () => {
    const steps = rowsOf(chart, 0);
    expect(steps.map(({ width }) => width)).toEqual([24, 56, 152, 368]);
    expect(steps.map(({ from, to }) => [from, to])).toEqual([[0, 1], [1, 2], [2, 6], [6, 13]]); // prettier-ignore
  });

  it('draws the line through u_j in the middle of each block', () => {
    const { linearWidths } = quantizeWidths(parameters);
    const [first, last] = rowsOf(chart, 2);
    expect(first).toEqual({ at: 0.5, line: linearWidths[0] });
    expect(last?.['at']).toBe(12.5);
    expect(last?.['line']).toBeCloseTo(linearWidths[12] ?? NaN, 9);
  });

  it('draws no line where there is none, and a point where there is one block', () => {
    const layers = (each: unknown): unknown[] => (each as { layer: unknown[] }).layer;
    expect(layers(blockChart(network, { color: 'black', size }))).toHaveLength(2);
    const single = { stages: network.stages.slice(0, 1) };
    const line = { initialWidth: 24, widthSlope: 10 };
    expect(rowsOf(blockChart(single, { line, color: 'black', size }), 2)).toEqual([{ at: 0.5, line: 24 }]);
  });

  it('is the specification that was looked at and found good', async () => {
    const golden = fileURLToPath(new URL('block-chart.golden', import.meta.url));
    await expect(`${JSON.stringify(chart, null, 1)}\n`).toMatchFileSnapshot(golden);
  });
});

it('charts of spaces are drawn without a warning or a number that is none', async () => {
  const axis = complexityAxis('Flops', [5]);
  const line = { initialWidth: 8, widthSlope: 0 };
  const one = generateRegNet({ depth: 1, initialWidth: 8, widthSlope: 0, widthMultiplier: 2, groupWidth: 8 });
  const charts = [
    dimensionChart(discretize({ kind: 'choice', values: [7] }), look),
    dimensionChart(discretize({ kind: 'power2-or-log-uniform', low: 1, high: 512, step: 8 }), look),
    complexityHistogram(complexityShares([5], axis), {
      axis,
      greatestShare: 1,
      median: 5,
      color: 'black',
      size,
    }),
    complexityEdfChart([{ name: 'one', values: [5] }], axis, size),
    blockChart(one, { line, color: 'black', size }),
  ];
  for (const chart of charts) expect(/NaN|undefined|Infinity/.exec(await draw(chart))).toBeNull();
});
