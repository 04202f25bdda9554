/**
 * Writes trials as pycls' sweeps do: `sweep.json`, a list of jobs. What is measured after each epoch is pycls' "test" split, in percent.
 * Shape: that of a job collected by pycls (its `sweep` and `logging` modules); only keys that a trial knows a value of are there.
 */
import { toPyclsConfig } from '@netspace/network/pycls-config';
import { toPercent } from './percent.ts';
import { readPyclsJob } from './pycls.ts';
import { formatTrial } from './population.ts';
import type { EpochRecord, Trial } from './trial.ts';
import { withoutUndefined } from './trial-record.ts';

/** Names of what did not come back when a job was read again, with the number of trials that it befell. */
export type Losses = Map<string, number>;

/** The text of a `sweep.json`; `losses` is filled with what the format cannot hold. */
export async function* writePyclsSweep(trials: AsyncIterable<Trial>, losses: Losses): AsyncGenerator<string> {
  let before = '[';
  for await (const trial of trials) {
    const job = toPyclsJob(trial);
    for (const name of findLosses(trial, job)) losses.set(name, (losses.get(name) ?? 0) + 1);
    yield `${before}\n${JSON.stringify(job)}`;
    before = ',';
  }
  yield before === '[' ? '[]\n' : '\n]\n';
}

/** One job. Throws PyclsConfigError where pycls has no such block. */
export function toPyclsJob(trial: Trial): Record<string, unknown> {
  const { flops, params, activations: acts } = trial;
  const known = flops !== undefined && params !== undefined && acts !== undefined;
  const averaged = (trial.curve ?? []).filter(({ emaError }) => emaError !== undefined);
  return withoutUndefined({
    cfg: configOf(trial),
    complexity: known ? { flops, params, acts } : undefined,
    ...logOf(trial),
    test_ema_epoch: averaged.length > 0 ? measured(averaged, 'emaError', lastEpochOf(trial)) : undefined,
    err: stderrOf(trial),
    log_file: trial.provenance?.['logFile'],
  });
}

function configOf({ network, recipe = {}, seed, generator = {}, provenance = {} }: Trial): object {
  const { MODEL, ANYNET } = toPyclsConfig(network) as { MODEL: object; ANYNET: object };
  const { stages, head, activation } = network;
  const { depth, initialWidth, widthSlope, widthMultiplier } = generator;
  const sampled = { DEPTH: depth, W0: initialWidth, WA: widthSlope, WM: widthMultiplier };
  const words = Object.entries(sampled).map(([key, value]) => `REGNET.${key} ${value}`);
  return withoutUndefined({
    DESC: Object.values(sampled).includes(undefined) ? undefined : words.join(' '),
    MODEL: { ...MODEL, ACTIVATION_FUN: activation },
    // Whole here, where nothing builds a model: blocks that do not use them keep them all the same.
    ANYNET: {
      ...ANYNET,
      BOT_MULS: stages.map(({ bottleneckRatio }) => 1 / bottleneckRatio),
      GROUP_WS: stages.map(({ groupWidth }) => groupWidth),
      HEAD_W: head.width,
    },
    RNG_SEED: seed,
    OPTIM: optimizationOf(recipe),
    BN: withoutUndefined({
      USE_CUSTOM_WEIGHT_DECAY: recipe['batchNormWeightDecay'] === undefined ? undefined : true,
      CUSTOM_WEIGHT_DECAY: recipe['batchNormWeightDecay'],
    }),
    TRAIN: withoutUndefined({
      DATASET: provenance['dataset'],
      IM_SIZE: provenance['resolution'],
      BATCH_SIZE: recipe['batchSize'],
      LABEL_SMOOTHING: recipe['labelSmoothing'],
      MIXUP_ALPHA: provenance['mixup'],
      AUGMENT: provenance['augment'],
    }),
    TEST: withoutUndefined({ DATASET: provenance['dataset'], SPLIT: provenance['validationSplit'] }),
  });
}

function optimizationOf(recipe: NonNullable<Trial['recipe']>): object {
  const { schedule, biasWeightDecay } = recipe;
  return withoutUndefined({
    MAX_EPOCH: recipe['epochs'],
    OPTIMIZER: recipe['optimizer'],
    MOMENTUM: recipe['momentum'],
    NESTEROV: recipe['nesterov'],
    BASE_LR: recipe['learningRate'],
    LR_POLICY: schedule === 'linear' ? 'lin' : schedule,
    MIN_LR: recipe['minLearningRate'],
    WARMUP_EPOCHS: recipe['warmupEpochs'],
    WARMUP_FACTOR: recipe['warmupFactor'],
    LR_MULT: recipe['stepFactor'],
    WEIGHT_DECAY: recipe['weightDecay'],
    BIAS_USE_CUSTOM_WEIGHT_DECAY: biasWeightDecay === undefined ? undefined : true,
    BIAS_CUSTOM_WEIGHT_DECAY: biasWeightDecay,
  });
}

/** Of a job that ended well, its last epoch; of another, one that it did not reach. */
function lastEpochOf({ status, curve = [], recipe = {} }: Trial): number {
  const { epochs } = recipe;
  const planned = typeof epochs === 'number' && Number.isSafeInteger(epochs + 1) && epochs > 0 ? epochs : 1;
  const reached = curve.findLast(({ validationError }) => validationError !== undefined)?.epoch;
  if (status === 'completed') return reached ?? planned;
  return Math.max(planned, (reached ?? 0) + 1);
}

/** A trial without a curve keeps its error as that of its last epoch. */
function logOf(trial: Trial): object {
  const last = lastEpochOf(trial);
  const { curve = [], status, error } = trial;
  const tested = curve.filter(({ validationError }) => validationError !== undefined);
  const only: EpochRecord[] =
    tested.length === 0 && status === 'completed' && error !== undefined
      ? [{ epoch: last, validationError: error }]
      : tested;
  const values = <T>(of: (epoch: EpochRecord) => T | undefined) => curve.map((epoch) => of(epoch) ?? null);
  return {
    train_epoch: {
      ...positions(curve, last),
      loss: values(({ trainLoss }) => trainLoss),
      lr: values(({ learningRate }) => learningRate),
      top1_err: values(({ trainError }) => trainError && toPercent(trainError)),
      time_epoch: values(({ seconds }) => seconds),
    },
    test_epoch: measured(only, 'validationError', last),
  };
}

function positions(epochs: readonly EpochRecord[], last: number) {
  return {
    epoch: epochs.map(({ epoch }) => `${epoch}/${last}`),
    epoch_ind: epochs.map(({ epoch }) => epoch),
    epoch_max: epochs.map(() => last),
  };
}

function measured(epochs: readonly EpochRecord[], key: 'validationError' | 'emaError', last: number) {
  const errors = epochs.map((epoch) => toPercent(epoch[key] ?? 1));
  const least = errors.map((_, i) => Math.min(...errors.slice(0, i + 1)));
  return { ...positions(epochs, last), top1_err: errors, min_top1_err: least };
}

/** pycls tells a divergence by what the job last said. */
function stderrOf({ status, reason }: Trial): string {
  if (status === 'completed') return '';
  if (status === 'diverged') return /\bnan\b/i.test(reason ?? '') ? (reason ?? '') : 'the loss is NaN';
  return reason ?? (status === 'failed' ? '' : status);
}

/** What is another, or not there, once the job is read: keys of the trial, and those in its recipe, curve and provenance. */
function findLosses(trial: Trial, job: unknown): string[] {
  const source = 'sweep.json';
  const again = readPyclsJob(JSON.parse(JSON.stringify(job)), source, source, { space: trial.space });
  return [...new Set(differences(JSON.parse(formatTrial(trial)), JSON.parse(formatTrial(again)), []))];
}

const told = new Set(['recipe', 'provenance', 'generator', 'curve']);

function differences(before: unknown, after: unknown, path: readonly string[]): string[] {
  const name = path.join('.');
  if (typeof before === 'object' && before !== null && (path.length === 0 || told.has(path[0] ?? ''))) {
    const other: Record<string, unknown> = typeof after === 'object' && after !== null ? { ...after } : {};
    // Epochs by their place, but of one name: a curve is no list of keys.
    return Object.entries(before).flatMap(([key, value]) =>
      differences(value, other[key], Array.isArray(before) ? path : [...path, key]),
    );
  }
  return isSame(before, after) ? [] : [name];
}

/** Percents round the last of an error's 17 digits. */
function isSame(before: unknown, after: unknown): boolean {
  if (typeof before === 'number' && typeof after === 'number')
    return Math.abs(before - after) <= 4 * Number.EPSILON * Math.abs(before);
  return JSON.stringify(before) === JSON.stringify(after);
}
