import { describe, expect, it } from 'vitest';
import { formatTrials } from '../population.ts';
import { csvOf, readTrials } from './reading.ts';
import { trial } from './sample.ts';

/** As in the files of the NDS paper; figures made up. */
const ndsRecord = {
  net: {
    block_type: 'res_bottleneck_block',
    ds: [1, 2, 3, 4],
    ws: [16, 64, 128, 256],
    ss: [1, 1, 2, 2],
    bot_muls: [0, 0.25, 0.5, 1],
    num_gs: [1, 2, 4, 8],
  },
  optim: { base_lr: 0.05, wd: 5e-5, max_ep: 2 },
  params: 1000,
  flops: 2000,
  min_test_top1: 7.5,
  test_ep_top1: [7.5, 8],
  train_ep_top1: [10, 5],
  train_ep_loss: [0.5, 0.25],
  rng_seed: 1,
  job_id: 7,
};
const pyclsJob = {
  cfg: { MODEL: { TYPE: 'regnet' }, REGNET: { DEPTH: 13, W0: 24, WA: 36.44, WM: 2.49, GROUP_W: 8 } },
  test_epoch: { epoch_ind: [1], epoch_max: [1], top1_err: [50] },
};
const two = [trial, { ...trial, space: 'b' }];

const table = await csvOf(two);

describe('a population', () => {
  it.each([
    ['a trial a line', formatTrials(two), two],
    ['a single line', formatTrials([trial]), [trial]],
    ['a list of trials', JSON.stringify(two, null, 2), two],
    ['one trial over many lines', JSON.stringify(trial, null, 2), [trial]],
    ['a table', table, two],
    ['a byte order mark before it', `\uFEFF${formatTrials(two)}`, two],
  ])('is known by its content: %s', async (_, text, trials) => {
    for (const size of [1, 7, 1 << 16]) expect(await readTrials(text, 'x', {}, size)).toEqual(trials);
  });

  it.each([
    ['a list', [pyclsJob, pyclsJob], 2],
    ['one job', pyclsJob, 1],
  ])("of pycls is known by its jobs' configuration: %s", async (_, jobs, count) => {
    const trials = await readTrials(JSON.stringify(jobs), 'mine/sweep.json');
    expect(trials.length).toBe(count);
    expect(trials[0]).toMatchObject({ space: 'mine', status: 'completed', error: 0.5 });
    const [first] = await readTrials(JSON.stringify(jobs), 'mine/sweep.json', { space: 'other' });
    expect(first?.space).toBe('other');
  });

  it.each([
    ['a list', [ndsRecord, ndsRecord], 2],
    ['lists by name', { top: [ndsRecord], mid: [ndsRecord, ndsRecord] }, 3],
  ])('of the NDS paper is known by its records: %s', async (_, records, count) => {
    const trials = await readTrials(JSON.stringify(records), 'data/ResNeXt-A.json');
    expect(trials.length).toBe(count);
    expect(trials[0]).toMatchObject({
      space: 'ResNeXt-A',
      network: {
        stem: { kind: 'cifar', width: 16 },
        stages: [
          { depth: 2, width: 64, stride: 1, bottleneckRatio: 4, groupWidth: 8 },
          { depth: 3, width: 128, stride: 2, bottleneckRatio: 2, groupWidth: 16 },
          { depth: 4, width: 256, stride: 2, bottleneckRatio: 1, groupWidth: 32 },
        ],
        block: 'bottleneck',
      },
      status: 'completed',
      error: 0.08,
      bestError: 0.075,
      params: 1000,
      flops: 2000,
      recipe: { learningRate: 0.05, weightDecay: 5e-5, epochs: 2 },
      seed: 1,
      curve: [
        { epoch: 1, trainLoss: 0.5, trainError: 0.1, validationError: 0.075 },
        { epoch: 2, trainLoss: 0.25, trainError: 0.05, validationError: 0.08 },
      ],
    });
  });

  it('of the NDS paper whose last error is NaN is diverged', async () => {
    const text = JSON.stringify([{ ...ndsRecord, test_ep_top1: [90, 'NaN'] }]).replace('"NaN"', 'NaN');
    expect((await readTrials(text, 'x.json'))[0]).toMatchObject({ status: 'diverged', error: 1 });
  });

  it.each([
    ['', 'x: is empty'],
    ['PAR1\u0000\u0001', 'x:1: is not text; give JSONL'],
    ['[]', 'x: holds no trial'],
    ['[{"space": "a",\n "error": }]', /^x(:2)?: not valid JSON/],
    [formatTrials(two).slice(0, -9), 'x:2: the JSON ends too early'],
    [formatTrials(two).replace('"completed"', '"done"'), 'x:1: "status" must be one of'],
    [JSON.stringify([trial, { ...trial, error: 2 }]), 'x: trial 2: "error" is 2'],
    [JSON.stringify([{ ...ndsRecord, net: { genotype: {} } }]), 'x: record 1: a network of searched cells'],
    [
      JSON.stringify([{ ...ndsRecord, net: { ...ndsRecord.net, ss: [8, 2, 2, 2] } }]),
      'x: record 1: its stem has stride 8',
    ],
    [JSON.stringify([{ ...ndsRecord, min_test_top1: 'low' }]), 'x: record 1: "min_test_top1"'],
    ['hello, world', 'x: holds no trial'],
    ['<html>\n<p>\n', 'x:1: no column "space"; there are "<html>"'],
  ])('that cannot be read is refused in words: %j', async (text, message) => {
    await expect(readTrials(text, 'x')).rejects.toThrow(message);
  });
});
