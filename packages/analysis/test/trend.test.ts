import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { draw } from '@netspace/analysis/draw';
import { extremeWidthsChart, extremesOf } from '@netspace/analysis/extreme-widths-chart';
import { measureTrials, type Measurement } from '@netspace/analysis/measurement';
import { trendAt, trendsOf } from '@netspace/analysis/trend';
import { trendChart } from '@netspace/analysis/trend-chart';
import { random } from '@netspace/stats/random';
import { input, syntheticSweep } from './synthetic.ts';

const size = { width: 480, height: 300 };
const { measured } = measureTrials(syntheticSweep(60, 6), input);
const regnets = measured.filter(({ space }) => space === 'regnet-x');
const golden = (name: string): string => fileURLToPath(new URL(`${name}.golden`, import.meta.url));

/** Networks of which the best have 16 blocks and 40 flops^0.5 activations whatever their flops, and the others lie around. */
function planted(count: number): Measurement[] {
  const stream = random('planted');
  const [model] = regnets;
  if (model === undefined) throw new Error('the synthetic sweep is empty');
  return Array.from({ length: count }, (_, id) => {
    const flops = 1e8 * 32 ** stream.next();
    const depth = 6 + stream.below(21);
    const activations = 40 * flops ** 0.5 * Math.exp(stream.normal());
    const off = Math.abs(depth - 16) / 10 + Math.abs(Math.log(activations / (40 * flops ** 0.5)));
    const error = 0.2 + 0.05 * off + 0.002 * Math.abs(stream.normal());
    return { ...model, id, flops, activations, error, parameters: { flops, depth, activations } };
  });
}

describe('the trends of the best networks', () => {
  const trends = trendsOf(planted(2000));

  it('find the exponent and the constant that were planted, within their intervals', () => {
    const of = (name: string) => trends?.trends.find(({ parameter }) => parameter === name);
    const [depth, activations] = [of('depth'), of('activations')];
    expect([depth?.logarithmic, activations?.logarithmic]).toEqual([false, true]);
    for (const kind of ['robust', 'linear'] as const) {
      expect(depth?.[kind].slope.low).toBeLessThanOrEqual(0);
      expect(depth?.[kind].slope.high).toBeGreaterThanOrEqual(0);
      expect(activations?.[kind].slope.low).toBeLessThan(0.5);
      expect(activations?.[kind].slope.high).toBeGreaterThan(0.5);
      expect(Math.abs((activations?.[kind].slope.estimate ?? 9) - 0.5)).toBeLessThan(0.1);
      if (depth) expect(Math.abs(trendAt(depth, depth[kind], 5e8) - 16)).toBeLessThan(2);
    }
  });

  it('have the best network of each regime, inside the range of the best of a quarter', () => {
    const depth = trends?.trends.find(({ parameter }) => parameter === 'depth');
    expect(depth?.regimes.length).toBe(12);
    expect(depth?.regimes.reduce((sum, { n }) => sum + n, 0)).toBe(2000);
    for (const { low, median, high } of depth?.regimes ?? []) {
      expect(low).toBeLessThanOrEqual(median);
      expect(median).toBeLessThanOrEqual(high);
      expect(Math.abs(median - 16)).toBeLessThan(5);
    }
  });

  it('say nothing of a few networks, or of one complexity', () => {
    expect(trendsOf(regnets.slice(0, 11))).toBeNull();
    expect(trendsOf(regnets.map((member) => ({ ...member, flops: 1e8 })))).toBeNull();
  });

  it('are drawn as was looked at and found good, and every parameter without a number that is none', async () => {
    const own = trendsOf(regnets);
    expect(own?.trends.map(({ parameter }) => parameter)).toEqual(
      expect.arrayContaining([
        'depth',
        'initialWidth',
        'widthSlope',
        'widthMultiplier',
        'fitError',
        'params',
      ]),
    );
    const color = 'var(--space-2)';
    for (const trend of own?.trends ?? [])
      expect(
        /NaN|undefined/.exec(await draw(trendChart(trend, { measure: 'flops', color, size }))),
      ).toBeNull();
    const [depth] = own?.trends ?? [];
    const chart = depth && trendChart(depth, { measure: 'flops', color, size });
    const text = JSON.stringify(chart, null, 1).replaceAll(/\d+\.\d{7,}/g, (digits) =>
      Number(digits).toPrecision(6),
    );
    await expect(`${text}\n`).toMatchFileSnapshot(golden('trend-chart'));
  });
});

describe('the widths of the best and the worst', () => {
  it('are of the networks that completed, none of them in both', () => {
    const { best, worst } = extremesOf(regnets, 8);
    expect([best.length, worst.length]).toEqual([8, 8]);
    expect(Math.max(...best.map(({ error }) => error))).toBeLessThanOrEqual(
      Math.min(...worst.map(({ error }) => error)),
    );
    expect(best.concat(worst).every(({ status }) => status === 'completed')).toBe(true);
    const few = extremesOf(regnets.filter(({ status }) => status === 'completed').slice(0, 3), 8);
    expect([few.best.length, few.worst.length]).toEqual([2, 1]);
  });

  it('are drawn as was looked at and found good', async () => {
    const { best } = extremesOf(regnets, 3);
    const chart = extremeWidthsChart(best, {
      color: 'var(--space-2)',
      size,
      greatest: { depth: 12, width: 512 },
    });
    const text = JSON.stringify(chart, null, 1).replaceAll(/\d+\.\d{7,}/g, (digits) =>
      Number(digits).toPrecision(6),
    );
    await expect(`${text}\n`).toMatchFileSnapshot(golden('extreme-widths-chart'));
    expect(/NaN|undefined/.exec(await draw(chart))).toBeNull();
    for (const members of [best.slice(0, 1), []])
      expect(
        /NaN|undefined/.exec(await draw(extremeWidthsChart(members, { color: 'black', size }))),
      ).toBeNull();
  });
});
