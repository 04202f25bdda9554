import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ofPercent, toPercent } from '../percent.ts';
import { formatTrials } from '../population.ts';
import { type Losses, toPyclsJob, writePyclsSweep } from '../pycls-write.ts';
import type { Trial } from '../trial.ts';
import { collect, readTrials, stream } from './reading.ts';
import { network, trial } from './sample.ts';
import { anyTrials } from './trial-arbitrary.ts';

/** Nothing in it that a sweep.json has no place for. */
const held: Trial = {
  space: 'mine',
  network: { ...network, stem: { kind: 'cifar', width: 16 }, seRatio: 0.25, head: { width: 64 } },
  status: 'completed',
  error: 0.07,
  bestError: 0.0699,
  flops: 1000,
  params: 2000,
  activations: 3000,
  recipe: {
    epochs: 3,
    learningRate: 0.1,
    schedule: 'linear',
    weightDecay: 5e-5,
    batchNormWeightDecay: 0,
    biasWeightDecay: 5e-5,
  },
  seed: 3,
  generator: { depth: 13, initialWidth: 104, widthSlope: 15.3, widthMultiplier: 2.521 },
  curve: [
    {
      epoch: 1,
      learningRate: 0.1,
      trainLoss: 1.5,
      trainError: 0.6,
      validationError: 0.29,
      emaError: 0.57,
      seconds: 1.25,
    },
    { epoch: 2, trainLoss: 1.25, validationError: 0.0699 },
    { epoch: 3, trainLoss: 1, trainError: 0, validationError: 0.07, emaError: 0.0001 },
  ],
  provenance: {
    program: 'pycls',
    dataset: 'cifar10',
    validationSplit: 'test',
    resolution: 32,
    averagedError: 0.0001,
  },
};

async function thereAndBack(trials: readonly Trial[], losses: Losses = new Map()): Promise<Trial[]> {
  const text = (await collect(writePyclsSweep(stream(trials), losses))).join('');
  return readTrials(text, 'sweep.json', { space: 'mine' });
}

describe("trials written as pycls' sweep.json", () => {
  it('come back equal where the format has a place for all of them', async () => {
    const losses: Losses = new Map();
    expect(await thereAndBack([held, held], losses)).toEqual([held, held]);
    expect([...losses]).toEqual([]);
  });

  it.each([
    ['bottleneck', 'relu'],
    ['linear-bottleneck', 'silu'],
    ['basic', 'relu'],
    ['vanilla', 'relu'],
  ] as const)('keep their network where it is of %s blocks', async (block, activation) => {
    const [read] = await thereAndBack([{ ...held, network: { ...held.network, block, activation } }]);
    expect(read?.network).toEqual({ ...held.network, block, activation });
  });

  it.each([
    { status: 'diverged', rest: { error: 1 } },
    { status: 'failed', rest: { reason: 'out of memory' } },
  ] as const)('keep that they $status', async ({ status, rest }) => {
    const { error: _, ...unfinished } = held;
    const [read] = await thereAndBack([{ ...unfinished, status, ...rest }]);
    expect(read).toEqual({ ...unfinished, status, ...rest });
  });

  it('keep an error that no curve holds as that of the last epoch', async () => {
    const { curve: _, bestError: __, ...bare } = held;
    const [read] = await thereAndBack([bare]);
    expect(read).toMatchObject({ error: 0.07, curve: [{ epoch: 3, validationError: 0.07 }] });
  });

  it('lose what is told, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(anyTrials, async (trials) => {
        for (const each of trials) {
          const losses: Losses = new Map();
          const [read] = await thereAndBack([each], losses);
          for (const key of [
            'network',
            'error',
            'flops',
            'params',
            'activations',
            'seed',
            'status',
          ] as const) {
            if (losses.has(key)) continue;
            const [before, after] = [each[key], read?.[key]];
            if (typeof before === 'number') expect(after).toBeCloseTo(before, 14);
            else expect(after).toEqual(before);
          }
        }
      }),
      { seed: 41, numRuns: 40 },
    );
  });

  it('tell what has no place', async () => {
    const losses: Losses = new Map();
    await thereAndBack([trial], losses);
    expect([...losses.keys()]).toEqual(
      expect.arrayContaining(['stopped', 'evaluation', 'recipe.note', 'provenance.host']),
    );
    expect([...losses.keys()]).not.toContain('network');
  });

  it('of none are an empty list', async () => {
    expect((await collect(writePyclsSweep(stream([]), new Map()))).join('')).toBe('[]\n');
  });

  it('refuse a block that pycls does not have', () => {
    expect(() => toPyclsJob({ ...held, network: { ...network, block: 'single' } })).toThrow(
      'pycls has no single block',
    );
  });
});

describe('a share as percent', () => {
  it('comes back the same for each count of wrong answers out of 10,000', () => {
    for (let wrong = 0; wrong <= 10_000; wrong++)
      expect(ofPercent(toPercent(wrong / 10_000))).toBe(wrong / 10_000);
    expect([toPercent(1e-9), toPercent(0.07), ofPercent(37)]).toEqual([1e-7, 7, 0.37]);
  });
});

const golden = join(import.meta.dirname, '../../../../shared/goldens/sweep-record-example.json');

describe('the golden record of a sweep (pycls, commit 5719de64), read and written', () => {
  it.skipIf(!existsSync(golden))('keeps the keys and values of all that we read of it', async () => {
    const { record } = JSON.parse(readFileSync(golden, 'utf8')) as {
      record: Record<string, Record<string, unknown>>;
    };
    const trials = await readTrials(JSON.stringify([record]), 'sweep.json', { space: 'mine' });
    const [first] = trials;
    if (first === undefined) throw new Error('the golden holds no trial');
    const job = toPyclsJob(first) as typeof record;
    expect(job['complexity']).toEqual(record['complexity']);
    for (const log of ['test_epoch', 'test_ema_epoch'])
      for (const [key, values] of Object.entries(job[log] ?? {}))
        expect(values, `${log}.${key}`).toEqual(record[log]?.[key]);
    for (const key of ['epoch_ind', 'epoch_max', 'loss', 'lr', 'top1_err'])
      expect(job['train_epoch']?.[key]).toEqual(record['train_epoch']?.[key]);
    expect(job['cfg']?.['ANYNET']).toEqual(record['cfg']?.['ANYNET']);
    expect(formatTrials(await thereAndBack(trials))).toBe(formatTrials(trials));
  });
});
