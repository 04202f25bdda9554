import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { analyseMeasurements } from '@netspace/analysis/analysis';
import { expectedBestChart, sampleSizeChart } from '@netspace/analysis/band-chart';
import { draw } from '@netspace/analysis/draw';
import { expectedBests } from '@netspace/analysis/expected-best';
import { measureTrials, type Measurement } from '@netspace/analysis/measurement';
import { complexityMeasures, normalize } from '@netspace/analysis/normalization';
import { normalizedEdfChart } from '@netspace/analysis/normalized-edf-chart';
import { sampleSizes } from '@netspace/analysis/sample-size';
import { random } from '@netspace/stats/random';
import { input, syntheticSweep } from './synthetic.ts';

const size = { width: 520, height: 320 };
const measurements = measureTrials(syntheticSweep(40, 4), input);
const { groups } = analyseMeasurements(measurements);
const golden = (name: string): string => fileURLToPath(new URL(`${name}.golden`, import.meta.url));

/** Two spaces whose errors hang on flops alone, but of which "b" has more of the large networks. */
function explainedByFlops(perSpace: number, seed: string): Measurement[] {
  const stream = random(seed);
  const [model] = measurements.measured;
  if (model === undefined) throw new Error('the synthetic sweep is empty');
  return ['a', 'b'].flatMap((space, s) =>
    Array.from({ length: perSpace }, (_, i) => {
      const share = s === 0 ? stream.next() ** 2 : Math.sqrt(stream.next());
      const error = 0.3 - 0.1 * share + 0.01 * Math.exp(stream.normal());
      return { ...model, id: s * perSpace + i, space, error, flops: 1e8 * 2 ** share };
    }),
  );
}

describe('spaces at equal complexity', () => {
  it('do not differ where complexity alone makes the difference, which it does without weights', () => {
    let held = 0;
    for (let i = 0; i < 200; i++) {
      const measured = explainedByFlops(80, `explained ${i}`);
      const mean = (space: string): number => {
        const own = measured.filter((member) => member.space === space);
        return own.reduce((sum, { error }) => sum + error, 0) / own.length;
      };
      expect(mean('a') - mean('b')).toBeGreaterThan(0.015);
      const [difference] = normalize(measured, 'flops')?.differences ?? [];
      if (difference !== undefined && difference.low <= 0 && difference.high >= 0) held++;
    }
    // Within a bin larger networks are still better, so a little of the difference stays.
    expect(held).toBeGreaterThan(170);
  });

  it.each(complexityMeasures)('have %s that are spread evenly over the bins that count', (measure) => {
    const normalization = normalize(measurements.measured, measure);
    const used = normalization?.bins.filter((bin) => bin.used) ?? [];
    expect(used.length).toBeGreaterThan(0);
    for (const { name, weights } of normalization?.spaces ?? [])
      for (const bin of used) {
        const inBin = measurements.measured.filter(
          (member) =>
            member.space === name &&
            member[measure] >= bin.low &&
            (member[measure] < bin.high ||
              (bin === normalization?.bins.at(-1) && member[measure] === bin.high)),
        );
        const share = inBin.reduce((sum, { id }) => sum + (weights[id] ?? 0), 0);
        expect(share).toBeCloseTo(1 / used.length, 9);
      }
  });

  it('leave out bins that a space has no network in, and say so', () => {
    const measured = explainedByFlops(30, 'holes').filter(
      ({ space, flops }) => space === 'a' || flops < 1.2e8 || flops > 1.6e8,
    );
    const normalization = normalize(measured, 'flops', { bins: 6 });
    expect(normalization?.bins.some(({ used }) => !used)).toBe(true);
    expect(normalization?.notes[0]).toMatch(/bins of flops hold no network of b and are left out/);
    const [a] = normalization?.spaces ?? [];
    expect(a?.used).toBeLessThan(a?.n ?? 0);
    expect(a?.edf.at(-1)?.[1]).toBe(1);
  });

  it('cannot be compared where their complexities do not meet', () => {
    const apart = explainedByFlops(20, 'apart').map((member) =>
      member.space === 'a' ? member : { ...member, flops: member.flops * 10 },
    );
    expect(normalize(apart, 'flops')).toBeNull();
  });

  it('of one space alone are weighted over its own bins, and one network alone is itself', () => {
    const own = measurements.measured.filter(({ space }) => space === 'regnet-x');
    const normalization = normalize(own, 'flops');
    expect(normalization?.differences).toEqual([]);
    expect(normalize(own.slice(0, 1), 'flops')?.spaces[0]?.effectiveSize).toBe(1);
  });
});

describe('the charts of how many networks are needed, and of equal complexity', () => {
  const errorsOf = (space: string): number[] =>
    measurements.measured.filter((member) => member.space === space).map(({ error }) => error);
  const errors = groups.map(({ name }) => errorsOf(name));
  const normalization = normalize(measurements.measured, 'flops');
  if (normalization === null) throw new Error('the synthetic spaces overlap');
  const plain = (text: string): string =>
    text.replaceAll(/\d+\.\d{7,}/g, (digits) => Number(digits).toPrecision(6));

  it.each([
    ['expected-best-chart', expectedBestChart(groups, errors.map(expectedBests), size)],
    [
      'sample-size-chart',
      sampleSizeChart(
        groups,
        errors.map((own) => sampleSizes(own)),
        size,
      ),
    ],
    ['normalized-edf-chart', normalizedEdfChart(groups, normalization, size)],
  ])('%s is the specification that was looked at and found good', async (name, chart) => {
    await expect(plain(`${JSON.stringify(chart, null, 1)}\n`)).toMatchFileSnapshot(golden(name));
    expect(/NaN|undefined/.exec(await draw(chart))).toBeNull();
  });

  it('draw a space of one network', async () => {
    const one = { measured: measurements.measured.slice(0, 1), missing: [] };
    const few = analyseMeasurements(one).groups;
    const charts = [
      expectedBestChart(few, [expectedBests([0.2])], size),
      sampleSizeChart(few, [sampleSizes([0.2])], size),
    ];
    for (const chart of charts) expect(/NaN|undefined/.exec(await draw(chart))).toBeNull();
  });
});
