import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { countComplexity } from '@netspace/network/complexity';
import { generateRegNet } from '@netspace/network/regnet';
import { describe, expect, it } from 'vitest';
import { spaceOf } from '../pycls.ts';
import { readTrials } from './reading.ts';

/** A job as pycls' sweep collects it, cut down to what matters; figures made up. */
const job = {
  cfg: {
    ANYNET: {
      BLOCK_TYPE: 'res_bottleneck_block',
      BOT_MULS: [0.5, 1],
      DEPTHS: [1, 3],
      GROUP_WS: [4, 8],
      HEAD_W: 0,
      SE_ON: true,
      SE_R: 0.25,
      STEM_TYPE: 'res_stem_cifar',
      STEM_W: 16,
      STRIDES: [1, 2],
      WIDTHS: [24, 48],
    },
    BN: { USE_CUSTOM_WEIGHT_DECAY: true, CUSTOM_WEIGHT_DECAY: 0 },
    DESC: 'ANYNET.STEM_W 16',
    MODEL: { TYPE: 'anynet', ACTIVATION_FUN: 'relu', NUM_CLASSES: 10 },
    OPTIM: { BASE_LR: 0.1, LR_POLICY: 'lin', MAX_EPOCH: 2, WEIGHT_DECAY: 0.0005, NESTEROV: true, STEPS: [] },
    REGNET: { DEPTH: 20, W0: 24, WA: 20, WM: 2.5, GROUP_W: 8 },
    RNG_SEED: 3,
    TEST: { SPLIT: 'test' },
    TRAIN: { BATCH_SIZE: 128, DATASET: 'cifar10', IM_SIZE: 32 },
  },
  complexity: { flops: 1, params: 2, acts: 3 },
  train_epoch: {
    epoch_ind: [1, 2],
    epoch_max: [2, 2],
    loss: [1.5, 1],
    lr: [0.1, 0.05],
    top1_err: [60, 50],
    time_epoch: [3, 3],
  },
  test_epoch: {
    epoch_ind: [1, 2],
    epoch_max: [2, 2],
    top1_err: [40, 45],
    min_top1_err: [40, 40],
    time_epoch: [1, 1],
  },
  err: 'UserWarning: a warning is no failure',
  log_file: 'logs/0/stdout.log',
};

function read(...jobs: object[]) {
  return readTrials(JSON.stringify(jobs), 'sweeps/mine/sweep.json');
}

describe("a job of pycls' sweep", () => {
  it('becomes a trial in our words, percent becoming fractions and multipliers ratios', async () => {
    const [trial] = await read(job);
    expect(trial).toMatchObject({
      space: 'mine',
      network: {
        stem: { kind: 'cifar', width: 16 },
        stages: [
          { depth: 1, width: 24, stride: 1, bottleneckRatio: 2, groupWidth: 4 },
          { depth: 3, width: 48, stride: 2, bottleneckRatio: 1, groupWidth: 8 },
        ],
        block: 'bottleneck',
        seRatio: 0.25,
      },
      status: 'completed',
      error: 0.45,
      bestError: 0.4,
      flops: 1,
      params: 2,
      activations: 3,
      seed: 3,
      recipe: {
        learningRate: 0.1,
        schedule: 'linear',
        epochs: 2,
        weightDecay: 0.0005,
        batchNormWeightDecay: 0,
        biasWeightDecay: 0.0005,
        batchSize: 128,
      },
      curve: [
        { epoch: 1, learningRate: 0.1, trainLoss: 1.5, trainError: 0.6, validationError: 0.4, seconds: 4 },
        { epoch: 2, learningRate: 0.05, trainLoss: 1, trainError: 0.5, validationError: 0.45, seconds: 4 },
      ],
      provenance: { program: 'pycls', dataset: 'cifar10', validationSplit: 'test', resolution: 32 },
    });
    expect(trial).not.toHaveProperty('generator');
  });

  it('of a RegNet is generated, and what was sampled is kept', async () => {
    const cfg = {
      ...job.cfg,
      DESC: 'REGNET.DEPTH 13 REGNET.W0 24 REGNET.WA 36.44 REGNET.WM 2.49 REGNET.GROUP_W 8',
    };
    const section = { DEPTH: 13, W0: 24, WA: 36.44, WM: 2.49, GROUP_W: 8 };
    const [trial] = await read({ ...job, cfg: { ...cfg, MODEL: { TYPE: 'regnet' }, REGNET: section } });
    const generator = { depth: 13, initialWidth: 24, widthSlope: 36.44, widthMultiplier: 2.49 };
    expect(trial?.generator).toEqual(generator);
    expect(trial?.network.stages).toEqual(generateRegNet({ ...generator, groupWidth: 8 }).stages);
  });

  it('has its complexity counted at its own resolution where it is missing', async () => {
    const { complexity: _, ...rest } = job;
    const [trial] = await read(rest);
    expect(trial).toMatchObject(
      countComplexity(trial?.network ?? (job.cfg.ANYNET as never), {
        resolution: 32,
        channels: 3,
        classes: 10,
      }),
    );
  });

  it.each([
    [
      'whose log ends early is failed, with the last word of its stderr',
      {
        test_epoch: { ...job.test_epoch, epoch_ind: [1], epoch_max: [2], top1_err: [40] },
        err: 'Traceback\nOSError: no space',
      },
      { status: 'failed', reason: 'OSError: no space', bestError: 0.4 },
    ],
    [
      'without any log is failed',
      { train_epoch: undefined, test_epoch: {}, err: '' },
      { status: 'failed', reason: 'its log ends before the last epoch' },
    ],
    [
      'whose loss became NaN is diverged',
      { train_epoch: { ...job.train_epoch, loss: [1.5, 'NaN'] } },
      { status: 'diverged', error: 1, bestError: 0.4 },
    ],
    [
      'that stopped at a NaN is diverged',
      { test_epoch: {}, err: 'AssertionError: loss is NaN' },
      { status: 'diverged', error: 1 },
    ],
  ])('%s', async (_, change, outcome) => {
    const text = JSON.stringify([{ ...job, ...change }]).replaceAll('"NaN"', 'NaN');
    expect((await readTrials(text, 'a.json'))[0]).toMatchObject(outcome);
  });

  it.each([
    [
      { cfg: { ...job.cfg, MODEL: { TYPE: 'effnet' } } },
      'sweep.json: job 1: MODEL.TYPE is effnet; only anynet and regnet can be read',
    ],
    [
      { cfg: { ...job.cfg, ANYNET: { ...job.cfg.ANYNET, BLOCK_TYPE: 'odd' } } },
      'ANYNET.BLOCK_TYPE is odd; only res_bottleneck_block,',
    ],
    [
      { cfg: { ...job.cfg, ANYNET: { ...job.cfg.ANYNET, STEM_TYPE: 'constructor' } } },
      'ANYNET.STEM_TYPE is constructor',
    ],
    [
      { cfg: { ...job.cfg, ANYNET: { ...job.cfg.ANYNET, WIDTHS: [24] } } },
      'ANYNET.WIDTHS has 1 values for 2 stages',
    ],
    [{ cfg: { ...job.cfg, ANYNET: undefined } }, 'job 1: ANYNET'],
    [{ cfg: 1 }, 'job 1: "cfg" is not as pycls writes it'],
    [{ complexity: { flops: 'many' } }, 'job 1: "complexity.flops" is not as pycls writes it'],
  ])('that cannot be read is named: %#', async (change, message) => {
    await expect(read({ ...job, ...change })).rejects.toThrow(message);
  });

  it('has the headline error that is chosen, which its provenance tells', async () => {
    const test_ema_epoch = { epoch_ind: [1, 2], top1_err: [30, 35] };
    const keys = { top1_err: 0.45, min_top1_err: 0.4, ema_top1_err: 0.35, ema_min_top1_err: 0.3 } as const;
    for (const [errorKey, error] of Object.entries(keys) as [keyof typeof keys, number][]) {
      const [trial] = await readTrials(JSON.stringify([{ ...job, test_ema_epoch }]), 'x', { errorKey });
      expect(trial).toMatchObject({ error, provenance: { errorKey } });
      expect(trial?.curve?.map(({ emaError }) => emaError)).toEqual([0.3, 0.35]);
    }
  });

  it.each([
    ['sweeps/cifar_regnet/sweep.json', 'cifar_regnet'],
    ['C:\\sweeps\\mine\\sweep.json', 'mine'],
    ['first.json', 'first'],
    ['sweep.json', 'pycls'],
    ['-', '-'],
  ])('of %s is of the space %s', (source, space) => {
    expect(spaceOf(source)).toBe(space);
  });
});

const golden = join(import.meta.dirname, '../../../../shared/goldens/sweep-record-example.json');

describe('the golden record of a sweep (pycls, commit 5719de64)', () => {
  it.skipIf(!existsSync(golden))('has the complexity that we count for its network', async () => {
    const { record } = JSON.parse(readFileSync(golden, 'utf8')) as { record: object };
    const [trial] = await read(record);
    expect(trial).toMatchObject({
      flops: 125_501_694,
      params: 1_853_406,
      activations: 969_582,
      error: 0.37,
      status: 'completed',
    });
    expect(trial?.generator).toEqual({
      depth: 13,
      initialWidth: 104,
      widthSlope: 15.3,
      widthMultiplier: 2.521,
    });
    const counted = (await read({ ...record, complexity: undefined }))[0];
    expect(counted).toMatchObject({ flops: 125_501_694, params: 1_853_406, activations: 969_582 });
  });
});
