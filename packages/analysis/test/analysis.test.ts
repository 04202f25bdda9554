import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyse } from '@netspace/analysis/analysis';
import { fitWidths } from '@netspace/network/fit';
import type { Network, Stage } from '@netspace/network/network';
import type { Trial } from '@netspace/population/trial';
import { input, syntheticSweep } from './synthetic.ts';

const stage: Stage = { depth: 1, width: 32, stride: 2, bottleneckRatio: 1, groupWidth: 8 };

function network(...stages: Partial<Stage>[]): Network {
  const whole = stages.map((part) => ({ ...stage, ...part }));
  const stem = { kind: 'simple' as const, width: 32 };
  return { stem, stages: whole, block: 'bottleneck', seRatio: 0, head: { width: 0 }, activation: 'relu' };
}

function trial(space: string, error: number, built = network({}), more: Partial<Trial> = {}): Trial {
  return {
    space,
    network: built,
    status: 'completed',
    error,
    flops: 1e6,
    params: 1e5,
    activations: 1e4,
    ...more,
  };
}

describe('the analysis of a population', () => {
  it('describes each space in the order in which it comes first', () => {
    const trials = [trial('e', 0.2), trial('d', 0.5), trial('e', 0.1), trial('e', 0.4), trial('e', 0.2)];
    const [e, d] = analyse(trials).groups;
    expect(e).toMatchObject({ name: 'e', n: 4, failed: 0, min: 0.1, median: 0.2 });
    expect(e?.mean).toBeCloseTo(0.225, 12);
    expect(e?.edf).toEqual([
      [0.1, 0.25],
      [0.2, 0.5],
      [0.2, 0.75],
      [0.4, 1],
    ]);
    expect(d).toMatchObject({ name: 'd', n: 1, min: 0.5, mean: 0.5, median: 0.5 });
  });

  it('takes the fit that a trial brings, and finds it where it brings none', () => {
    const widths = network({ width: 32 }, { width: 64, depth: 3 });
    const fit = { ...fitWidths(widths), fitError: 0.5 };
    const [brought, found] = [{ fit }, {}].map((more) => analyse([trial('a', 0.2, widths, more)]).groups[0]);
    expect(brought?.parameters['fitError']?.median).toBe(0.5);
    expect(found?.parameters['fitError']?.median).toBe(fitWidths(widths).fitError);
  });

  it('asks for the fits of those of thousands of networks alone that the best of a quarter may be', () => {
    const widths = network({ width: 32 }, { width: 64, depth: 3 });
    const fit = fitWidths(widths);
    const asked = new Set<number>();
    const trials = Array.from({ length: 3000 }, (_, i) => {
      const error = ((i * 1361) % 3000) / 6000;
      const bringing = {
        get fit() {
          asked.add(error);
          return { ...fit, fitError: error };
        },
      };
      return Object.defineProperties(trial('a', error, widths), Object.getOwnPropertyDescriptors(bringing));
    });
    const [group] = analyse(trials).groups;
    expect(asked.size).toBeLessThan(200);
    expect(Math.max(...asked)).toBeLessThan(0.05);
    // Errors are ranks: P(one of the first k is the best of 750 of 3000) reaches a half at k = 3, 0.975 at 15.
    expect(group?.parameters['fitError']).toEqual({ low: 0, median: 2 / 6000, high: 14 / 6000 });
  });

  it('counts networks that failed or diverged with error 1, and names them with the reason', () => {
    const { error: _none, ...failed } = trial('a', 0, network({}), {
      status: 'failed',
      reason: 'out of memory',
    });
    const [group] = analyse([
      trial('a', 0.2),
      failed,
      trial('a', 0.7, network({}), { status: 'diverged' }),
    ]).groups;
    expect(group).toMatchObject({ n: 3, failed: 2, diverged: 1, median: 1 });
    expect(group?.mean).toBeCloseTo(2.2 / 3, 12);
    expect(group?.edf.at(-1)).toEqual([1, 1]);
    expect(group?.failures).toEqual([
      { name: 'a 2', status: 'failed', reason: 'out of memory' },
      { name: 'a 3', status: 'diverged' },
    ]);
  });

  it('says how many networks were stopped early, and what that does to a distribution', () => {
    const stopped = { by: 'halving', epoch: 1 } as const;
    const { groups, notes } = analyse([trial('a', 0.2), trial('a', 0.6, network({}), { stopped })]);
    expect(groups[0]).toMatchObject({ n: 2, failed: 0, stopped: 1, mean: 0.4 });
    expect(notes).toEqual([expect.stringMatching(/^1 of 2 networks was stopped early .*biased upwards/)]);
    const whole = analyse([trial('a', 0.2)]);
    expect([whole.groups[0]?.stopped, whole.notes]).toEqual([0, []]);
  });

  it('names trials that have no result and leaves them out', () => {
    const waiting = (status: Trial['status']): Trial => trial('a', 0.3, network({}), { status });
    const analysis = analyse([trial('a', 0.2), waiting('planned'), waiting('leased'), waiting('cancelled')]);
    expect(analysis.groups[0]?.n).toBe(1);
    expect(analysis.missing.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'a 2 planned',
      'a 3 leased',
      'a 4 cancelled',
    ]);
    expect(analysis.notes.join(' ')).toContain('3 trials have no result yet');
  });

  it('is the same for the same trials and seed', () => {
    const trials = syntheticSweep(6, 1);
    expect(analyse(trials, { input, seed: 'x' })).toEqual(analyse(trials, { input, seed: 'x' }));
  });

  it('knows that nothing can be said of no results', () => {
    expect(() => analyse([trial('a', 0.1, network({}), { status: 'planned' })])).toThrow(
      /of 1 trials none has a result/,
    );
  });

  it.each([
    ['an error in percent', trial('a', 32.5), /"a 1": error 32.5 is not a fraction/],
    ['no error', trial('a', NaN), /"a 1" is completed but has no error/],
  ])('refuses a completed trial with %s', (_why, bad, message) => {
    expect(() => analyse([bad])).toThrow(message);
  });
});

describe('the parameters of a space', () => {
  it('are given where every network has them', () => {
    const [group] = analyse([
      trial('a', 0.1, network({ bottleneckRatio: 2 }, { bottleneckRatio: 2, groupWidth: 4 })),
      trial('a', 0.2, network({ bottleneckRatio: 4 }, { bottleneckRatio: 4 })),
    ]).groups;
    expect(group?.parameters['bottleneckRatio']).toEqual({ low: 2, median: 2, high: 4 });
    expect(group?.parameters).not.toHaveProperty('groupWidth');
  });

  it('share a group width that is cut to one group where a stage is narrower', () => {
    const [group] = analyse([trial('a', 0.1, network({ width: 8 }, { width: 32, groupWidth: 16 }))]).groups;
    expect(group?.parameters['groupWidth']).toEqual({ low: 16, median: 16, high: 16 });
  });

  it('hold the numbers of the recipe and the parameters that a generator states', () => {
    const generator = { initialWidth: 24, widthSlope: 36.4, widthMultiplier: 2.5 };
    const recipe = { learningRate: 0.1, optimizer: 'sgd' };
    const [group] = analyse([trial('a', 0.1, network({}, {}), { generator, recipe })]).groups;
    expect(group?.parameters).toMatchObject({
      depth: { low: 2, median: 2, high: 2 },
      learningRate: { median: 0.1 },
      widthSlope: { median: 36.4 },
    });
    expect(group?.parameters).not.toHaveProperty('optimizer');
  });
});

const golden = new URL('../../../../shared/goldens/analysis.json', import.meta.url);

describe.skipIf(!existsSync(golden))(
  'the golden sweep (skipped where the goldens are not beside the repository)',
  () => {
    it('has the exact ranges of depth and flops, its mean, minimum and EDF', () => {
      const sweep = JSON.parse(readFileSync(golden, 'utf8'));
      const trials = sweep.err.map((percent: number, i: number) =>
        trial('sweep', percent / 100, network({ depth: sweep.depth[i] }), { flops: sweep.flops[i] }),
      );
      const [group] = analyse(trials).groups;
      expect(Object.values(group?.parameters['depth'] ?? {})).toEqual(sweep.exact_ci.depth);
      const flops = Object.values(group?.parameters['flops'] ?? {}).map(
        (value) => Math.round(value / 1e6) / 1e3,
      );
      expect(flops).toEqual(sweep.exact_ci.flops);
      expect(group?.mean).toBeCloseTo(sweep.mean / 100, 12);
      expect(group?.edf.map(([, share]) => share)).toEqual(
        sweep.edf_pycls.map(([, share]: number[]) => share),
      );
    });
  },
);
