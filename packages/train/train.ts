/** Trains one network by one recipe on one data set; what comes out is its learning curve. */
import { trainingBatches } from '@netspace/data/batches';
import type { TrainingData } from '@netspace/data/dataset';
import type { Network } from '@netspace/network/network';
import type { EpochRecord } from '@netspace/population/trial';
import { countErrors, evaluate } from './evaluate.ts';
import { scheduleOf, type Recipe } from './recipe.ts';
import { learningRates } from './schedule.ts';
import { openTrainer, type Trainer, type TrainingState } from './trainer.ts';

export interface TrainingOptions {
  /** The only source of randomness: initial weights, order of the images, augmentation. */
  readonly seed: number;
  readonly onStep?: (progress: StepProgress) => void;
  readonly onEpoch?: (record: EpochRecord) => void;
  /** Asked at the end of each epoch; true ends the training there, as if it had been interrupted. */
  readonly shouldStop?: () => boolean;
  /** What the training begins with instead of the state that the seed has drawn. */
  readonly begin?: (drawn: TrainingState) => TrainingState;
  /** Given all that was learned, once after the last epoch; a training that diverged has learned nothing. */
  readonly onTrained?: (state: TrainingState) => void;
}

export interface StepProgress {
  /** Counted from 1. */
  readonly epoch: number;
  /** Steps done in this epoch, from 1. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** Of this epoch so far. */
  readonly imagesPerSecond: number;
}

/** Divergence (a loss that is not finite) is a result: error 1. */
export interface TrainingResult {
  readonly status: 'completed' | 'diverged' | 'stopped';
  /** Validation error of the last epoch. */
  readonly error: number;
  /** The least validation error of all epochs. */
  readonly bestError: number;
  readonly curve: readonly EpochRecord[];
  /** Training images a second over all epochs, evaluation left out. */
  readonly imagesPerSecond: number;
  /** From the call to the end of the first step: building, loading and optimising the graph. */
  readonly secondsToFirstStep: number;
}

interface EpochOutcome {
  readonly record: EpochRecord;
  readonly diverged: boolean;
  readonly trainSeconds: number;
  /** When the first step was done, in milliseconds of performance.now(). */
  readonly firstStep: number;
}

/**
 * build graph ─► epochs (batches ─► steps ─► evaluation) ─► learning curve
 *
 * Blocks the event loop during each step, but lets others have a turn between epochs. Throws where the data cannot be trained on
 * (fewer images than a batch) or the library is not there; a loss that is not finite is a result.
 */
export async function trainNetwork(
  network: Network,
  recipe: Recipe,
  data: TrainingData,
  options: TrainingOptions,
): Promise<TrainingResult> {
  const started = performance.now();
  const { resolution, channels } = data.train;
  const input = { resolution, channels, classes: data.classes.length };
  const trainer = openTrainer(network, input, recipe, options.seed);
  try {
    if (options.begin !== undefined) trainer.writeState(options.begin(trainer.readState()));
    const outcomes: EpochOutcome[] = [];
    let stopped = false;
    for (const [index, learningRate] of learningRates(scheduleOf(recipe)).entries()) {
      const outcome = trainEpoch(trainer, { recipe, data, options, epoch: index + 1, learningRate });
      outcomes.push(outcome);
      options.onEpoch?.(outcome.record);
      await new Promise((resolve) => setImmediate(resolve));
      if (outcome.diverged) break;
      stopped = options.shouldStop?.() === true && index + 1 < recipe.epochs;
      if (stopped) break;
    }
    if (outcomes.at(-1)?.diverged === false) options.onTrained?.(trainer.readState());
    return summarise(outcomes, stopped, started, recipe, data);
  } finally {
    trainer.close();
  }
}

interface EpochPlan {
  readonly recipe: Recipe;
  readonly data: TrainingData;
  readonly options: TrainingOptions;
  readonly epoch: number;
  readonly learningRate: number;
}

function trainEpoch(trainer: Trainer, plan: EpochPlan): EpochOutcome {
  const { recipe, data, options, epoch, learningRate } = plan;
  const started = performance.now();
  const stepsPerEpoch = Math.floor(data.train.count / recipe.batchSize);
  let [loss, errors, step, firstStep] = [0, 0, 0, 0];
  const batches = trainingBatches({
    set: data.train,
    mean: data.mean,
    deviation: data.deviation,
    batchSize: recipe.batchSize,
    seed: options.seed,
    epoch,
    augmentation: recipe.augmentation,
  });
  for (const batch of batches) {
    const result = trainer.step(batch.images, batch.labels, learningRate);
    if (step === 0) firstStep = performance.now();
    step++;
    loss += result.loss;
    errors += countErrors(result.logits, batch.labels);
    if (!Number.isFinite(result.loss)) break;
    const seconds = (performance.now() - started) / 1000;
    options.onStep?.({ epoch, step, stepsPerEpoch, imagesPerSecond: (step * recipe.batchSize) / seconds });
  }
  const trainSeconds = (performance.now() - started) / 1000;
  const measured = Number.isFinite(loss) ? evaluate(trainer, data.validation, data) : undefined;
  const diverged = measured === undefined || !Number.isFinite(measured.loss);
  const record: EpochRecord = {
    epoch,
    learningRate,
    ...(Number.isFinite(loss) ? { trainLoss: loss / step } : {}),
    trainError: errors / (step * recipe.batchSize),
    ...(diverged ? {} : { validationLoss: measured.loss }),
    validationError: diverged ? 1 : measured.error,
    seconds: (performance.now() - started) / 1000,
    imagesPerSecond: (step * recipe.batchSize) / trainSeconds,
  };
  return { record, diverged, trainSeconds, firstStep };
}

function summarise(
  outcomes: readonly EpochOutcome[],
  stopped: boolean,
  started: number,
  recipe: Recipe,
  data: TrainingData,
): TrainingResult {
  const last = outcomes.at(-1);
  const curve = outcomes.map(({ record }) => record);
  const diverged = last?.diverged ?? true;
  const imagesAnEpoch = Math.floor(data.train.count / recipe.batchSize) * recipe.batchSize;
  const seconds = outcomes.reduce((total, { trainSeconds }) => total + trainSeconds, 0);
  return {
    status: diverged ? 'diverged' : stopped ? 'stopped' : 'completed',
    error: diverged ? 1 : (last?.record.validationError ?? 1),
    bestError: Math.min(1, ...curve.map(({ validationError = 1 }) => validationError)),
    curve,
    imagesPerSecond: (imagesAnEpoch * outcomes.length) / seconds,
    secondsToFirstStep: ((outcomes[0]?.firstStep ?? started) - started) / 1000,
  };
}
