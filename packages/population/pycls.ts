/**
 * Reads the results of pycls' sweeps: `sweep.json`, a list of jobs with configuration, complexity and what was logged by epoch.
 * pycls measures on its "test" split after each epoch; that becomes our validation error, in fractions instead of percent.
 */
import type { InputShape } from '@netspace/network/network';
import { z } from 'zod';
import { ofPercent } from './percent.ts';
import { PopulationError } from './population-error.ts';
import { modelSchema, readGenerator, readModel } from './pycls-model.ts';
import type { EpochRecord, RecipeRecord, Trial } from './trial.ts';
import { defaultInput, type ErrorKey, type ReadOptions, toTrial, withoutUndefined } from './trial-record.ts';

/** A value an epoch. NaN is read as Infinity; both mean that the training diverged. */
const logged = z.array(z.union([z.number(), z.literal(Infinity), z.null()])).default([]);
const epochs = z
  .looseObject({
    epoch_ind: z.array(z.number()).default([]),
    epoch_max: z.array(z.number()).default([]),
    loss: logged,
    lr: logged,
    top1_err: logged,
    min_top1_err: logged,
    time_epoch: logged,
  })
  .prefault({});
type Epochs = z.infer<typeof epochs>;

const section = z.record(z.string(), z.unknown()).default({});
const job = z.looseObject({
  cfg: modelSchema.extend({
    RNG_SEED: z.number().optional(),
    OPTIM: section,
    BN: section,
    TRAIN: section,
    TEST: section,
  }),
  complexity: z.looseObject({ flops: z.number(), params: z.number(), acts: z.number() }).optional(),
  train_epoch: epochs,
  test_epoch: epochs,
  test_ema_epoch: epochs,
  err: z.string().default(''),
  log_file: z.string().optional(),
});
type Job = z.infer<typeof job>;

/** `sweeps/cifar_regnet/sweep.json` is cifar_regnet, `first.json` is first. */
export function spaceOf(source: string): string {
  const parts = source.split(/[/\\]/).filter((part) => part !== '');
  const name = (parts.at(-1) ?? '').replace(/\.[^.]*$/, '');
  return (name === 'sweep' ? parts.at(-2) : name) || 'pycls';
}

/** The trial of one job; its space is `space`, or named like the file. */
export function readPyclsJob(record: unknown, where: string, source: string, options: ReadOptions): Trial {
  const parsed = job.safeParse(record);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.map(String).join('.') ?? '';
    throw new PopulationError(
      `${where}: "${path}" is not as pycls writes it (${issue?.message ?? 'unknown'})`,
    );
  }
  const { cfg, complexity } = parsed.data;
  const trial = {
    space: options.space ?? spaceOf(source),
    network: readModel(cfg, where),
    ...readOutcome(parsed.data, options.errorKey),
    flops: complexity?.flops,
    params: complexity?.params,
    activations: complexity?.acts,
    recipe: readRecipe(parsed.data),
    seed: cfg.RNG_SEED,
    curve: readCurve(parsed.data),
    generator: readGenerator(cfg),
    provenance: withoutUndefined({ ...readProvenance(parsed.data), errorKey: options.errorKey }),
  };
  return toTrial(withoutUndefined(trial), where, { input: options.input ?? inputOf(parsed.data) });
}

/** Completed is a job whose last epoch was measured; pycls' `err` is all of stderr, warnings too, and tells nothing by itself. */
function readOutcome(record: Job, errorKey: ErrorKey | undefined): Record<string, unknown> {
  const { cfg, test_epoch, train_epoch, err } = record;
  const errors = test_epoch.top1_err.filter((error) => typeof error === 'number' && Number.isFinite(error));
  const best = { bestError: errors.length > 0 ? ofPercent(Math.min(...errors.map(Number))) : undefined };
  const last = test_epoch.epoch_ind.at(-1);
  const finished = last !== undefined && last === (test_epoch.epoch_max.at(-1) ?? cfg.OPTIM['MAX_EPOCH']);
  const diverged = train_epoch.loss.includes(Infinity) || test_epoch.top1_err.includes(Infinity);
  if (diverged || (!finished && /\bnan\b/i.test(err))) return { status: 'diverged', ...best };
  if (finished) return { status: 'completed', error: headlineOf(record, errorKey), ...best };
  const reason = err.trim().split('\n').at(-1);
  return { status: 'failed', reason: reason || 'its log ends before the last epoch', ...best };
}

function headlineOf({ test_epoch, test_ema_epoch }: Job, key: ErrorKey = 'top1_err'): number | undefined {
  const { top1_err } = key.startsWith('ema_') ? test_ema_epoch : test_epoch;
  const measured = top1_err.filter((error) => error !== null);
  return shareOf(key.includes('min_') && measured.length > 0 ? Math.min(...measured) : top1_err.at(-1));
}

function readCurve({ train_epoch, test_epoch, test_ema_epoch }: Job): EpochRecord[] | undefined {
  const records = new Map<number, EpochRecord>();
  for (const [i, epoch] of train_epoch.epoch_ind.entries())
    records.set(
      epoch,
      present(epoch, {
        learningRate: at(train_epoch, i, 'lr'),
        trainLoss: at(train_epoch, i, 'loss'),
        trainError: shareOf(at(train_epoch, i, 'top1_err')),
        seconds: at(train_epoch, i, 'time_epoch'),
      }),
    );
  for (const [i, epoch] of test_epoch.epoch_ind.entries()) {
    const trained = records.get(epoch);
    const seconds = at(test_epoch, i, 'time_epoch');
    const both =
      trained?.seconds !== undefined && seconds !== undefined ? trained.seconds + seconds : undefined;
    const measured = { validationError: shareOf(at(test_epoch, i, 'top1_err')), seconds: both };
    records.set(epoch, { ...trained, ...present(epoch, measured) });
  }
  for (const [i, epoch] of test_ema_epoch.epoch_ind.entries())
    records.set(epoch, {
      ...records.get(epoch),
      ...present(epoch, { emaError: shareOf(at(test_ema_epoch, i, 'top1_err')) }),
    });
  return records.size > 0 ? [...records.values()] : undefined;
}

function at(log: Epochs, i: number, key: 'loss' | 'lr' | 'top1_err' | 'time_epoch'): number | undefined {
  return log[key][i] ?? undefined;
}

function present(epoch: number, values: { [key in keyof EpochRecord]?: number | undefined }): EpochRecord {
  return { ...withoutUndefined(values), epoch };
}

function shareOf(percent: number | null | undefined): number | undefined {
  return percent === null || percent === undefined ? undefined : ofPercent(percent);
}

const policies: Readonly<Record<string, string>> = { lin: 'linear' };

function readRecipe({ cfg: { OPTIM, BN, TRAIN } }: Job): RecipeRecord {
  const policy = OPTIM['LR_POLICY'];
  const own = (use: unknown, value: unknown) => (use === true ? value : OPTIM['WEIGHT_DECAY']);
  const values: Record<string, unknown> = {
    epochs: OPTIM['MAX_EPOCH'],
    batchSize: TRAIN['BATCH_SIZE'],
    optimizer: OPTIM['OPTIMIZER'],
    momentum: OPTIM['MOMENTUM'],
    nesterov: OPTIM['NESTEROV'],
    learningRate: OPTIM['BASE_LR'],
    schedule: typeof policy === 'string' ? (policies[policy] ?? policy) : undefined,
    minLearningRate: OPTIM['MIN_LR'],
    warmupEpochs: OPTIM['WARMUP_EPOCHS'],
    warmupFactor: OPTIM['WARMUP_FACTOR'],
    stepFactor: OPTIM['LR_MULT'],
    weightDecay: OPTIM['WEIGHT_DECAY'],
    batchNormWeightDecay: own(BN['USE_CUSTOM_WEIGHT_DECAY'], BN['CUSTOM_WEIGHT_DECAY']),
    biasWeightDecay: own(OPTIM['BIAS_USE_CUSTOM_WEIGHT_DECAY'], OPTIM['BIAS_CUSTOM_WEIGHT_DECAY']),
    labelSmoothing: TRAIN['LABEL_SMOOTHING'],
  };
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number | string | boolean] =>
      ['number', 'string', 'boolean'].includes(typeof entry[1]),
    ),
  );
}

function readProvenance({ cfg: { TRAIN, TEST }, test_ema_epoch, log_file }: Job): Record<string, unknown> {
  return withoutUndefined({
    program: 'pycls',
    dataset: TRAIN['DATASET'],
    validationSplit: TEST['SPLIT'],
    resolution: TRAIN['IM_SIZE'],
    mixup: TRAIN['MIXUP_ALPHA'],
    augment: TRAIN['AUGMENT'] || undefined,
    averagedError: shareOf(test_ema_epoch.top1_err.at(-1)),
    logFile: log_file,
  });
}

/** What the job's network was applied to; pycls' data sets are of colour images. */
function inputOf({ cfg: { MODEL, TRAIN } }: Job): InputShape {
  const { resolution, channels, classes } = defaultInput;
  const [pixels, kinds] = [TRAIN['IM_SIZE'], MODEL['NUM_CLASSES']];
  return {
    resolution: typeof pixels === 'number' ? pixels : resolution,
    channels,
    classes: typeof kinds === 'number' ? kinds : classes,
  };
}
