/**
 * Reads the records of "On Network Design Spaces for Visual Recognition" (ICCV 2019): networks of stages with their training.
 * A record's lists begin with the stem: `ds` [1, 17, 5, 3] and `ws` [16, 64, 128, 256] are a stem of 16 and three stages.
 */
import type { InputShape } from '@netspace/network/network';
import { z } from 'zod';
import { PopulationError } from './population-error.ts';
import type { EpochRecord, Trial } from './trial.ts';
import { type ErrorKey, isObject, type ReadOptions, toTrial, withoutUndefined } from './trial-record.ts';

const numbers = z.array(z.number());
/** NaN is read as Infinity. */
const percents = z.array(z.union([z.number(), z.literal(Infinity)])).default([]);
const recordSchema = z.looseObject({
  net: z.looseObject({
    block_type: z.string(),
    ds: numbers.min(2),
    ws: numbers.min(2),
    ss: numbers.default([]),
    bot_muls: numbers.default([]),
    num_gs: numbers.default([]),
  }),
  optim: z
    .looseObject({ base_lr: z.number().optional(), wd: z.number().optional(), max_ep: z.number().optional() })
    .prefault({}),
  flops: z.number().optional(),
  params: z.number().optional(),
  min_test_top1: z.number(),
  test_ep_top1: percents,
  train_ep_top1: percents,
  train_ep_loss: percents,
  rng_seed: z.number().optional(),
  job_id: z.unknown().optional(),
});
type NdsRecord = z.infer<typeof recordSchema>;

const blocks: Readonly<Record<string, string>> = {
  res_bottleneck_block: 'bottleneck',
  res_basic_block: 'basic',
  double_plain_block: 'vanilla',
};
/** Stem of each stride. */
const stems: Readonly<Record<number, string>> = { 1: 'cifar', 2: 'simple', 4: 'imagenet' };

/** The records of a file that is no list: its lists by name (`top`, `mid`). */
export function listNdsRecords(content: Readonly<Record<string, unknown>>): unknown[] {
  return Object.values(content).flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
}

/** The files named `…_in` are of ImageNet, the others of CIFAR-10. */
function inputOf(space: string): InputShape {
  return space.endsWith('_in')
    ? { resolution: 224, channels: 3, classes: 1000 }
    : { resolution: 32, channels: 3, classes: 10 };
}

/** The trial of one record; its space is `space`, or named like the file. */
export function readNdsRecord(value: unknown, where: string, source: string, options: ReadOptions): Trial {
  const record = parseRecord(value, where);
  const file = source.replace(/^.*[/\\]/, '').replace(/\.[^.]*$/, '') || 'nds';
  const { space = file, input = inputOf(file), errorKey } = options;
  const { optim } = record;
  const trial = {
    space,
    network: readNetwork(record, where),
    error: headlineOf(record, errorKey, where) / 100,
    bestError: record.min_test_top1 / 100,
    flops: record.flops,
    params: record.params,
    recipe: withoutUndefined({ learningRate: optim.base_lr, weightDecay: optim.wd, epochs: optim.max_ep }),
    seed: record.rng_seed,
    curve: readCurve(record),
    provenance: withoutUndefined({ program: 'nds', job: record.job_id, errorKey }),
  };
  return toTrial(withoutUndefined(trial), where, { input });
}

function headlineOf(record: NdsRecord, key: ErrorKey = 'top1_err', where: string): number {
  if (key === 'min_top1_err') return record.min_test_top1;
  if (key === 'top1_err') return record.test_ep_top1.at(-1) ?? record.min_test_top1;
  throw new PopulationError(`${where}: has no ${key}; choose top1_err or min_top1_err`);
}

function parseRecord(value: unknown, where: string): NdsRecord {
  if (isObject(value) && isObject(value['net']) && 'genotype' in value['net'])
    throw new PopulationError(
      `${where}: a network of searched cells, which has no stages and cannot be read`,
    );
  const parsed = recordSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new PopulationError(
    `${where}: "${issue?.path.map(String).join('.') ?? ''}" ${issue?.message ?? 'is wrong'}`,
  );
}

function readNetwork({ net }: NdsRecord, where: string): unknown {
  const block = blocks[net.block_type];
  if (block === undefined)
    throw new PopulationError(
      `${where}: block_type is ${net.block_type}; only ${Object.keys(blocks).join(', ')} can be read`,
    );
  const stemStride = net.ss[0] ?? 1;
  const kind = stems[stemStride];
  if (kind === undefined)
    throw new PopulationError(`${where}: its stem has stride ${stemStride}; only 1, 2 and 4 can be read`);
  const stages = net.ds.slice(1).map((depth, i) => {
    const width = net.ws[i + 1] ?? 0;
    const multiplier = block === 'bottleneck' ? net.bot_muls[i + 1] || 1 : 1;
    const groups = net.num_gs[i + 1] || 1;
    const groupWidth = Math.round((width * multiplier) / groups);
    return { depth, width, stride: net.ss[i + 1] ?? 2, bottleneckRatio: 1 / multiplier, groupWidth };
  });
  return { stem: { kind, width: net.ws[0] }, stages, block };
}

function readCurve(record: NdsRecord): EpochRecord[] | undefined {
  const { test_ep_top1, train_ep_top1, train_ep_loss } = record;
  const length = Math.max(test_ep_top1.length, train_ep_top1.length, train_ep_loss.length);
  const curve = Array.from({ length }, (_, i) => ({
    epoch: i + 1,
    ...withoutUndefined({
      trainLoss: train_ep_loss[i],
      trainError: shareOf(train_ep_top1[i]),
      validationError: shareOf(test_ep_top1[i]),
    }),
  }));
  return length > 0 ? curve : undefined;
}

function shareOf(percent: number | undefined): number | undefined {
  return percent === undefined ? undefined : percent / 100;
}
