/** One epoch: every training image once, then the evaluation. */
import { trainingBatches } from '@netspace/data/batches';
import type { TrainingData } from '@netspace/data/dataset';
import type { EpochRecord } from '@netspace/population/trial';
import { averageShare } from './average.ts';
import { evaluate, type Evaluation } from './evaluate.ts';
import { countErrors } from './evaluation.ts';
import { partnerLabels } from './mixup.ts';
import { drawNoise, type NoiseShape, type StepNoise } from './noise.ts';
import { settleStatistics } from './precise-statistics.ts';
import type { Recipe } from './recipe.ts';
import type { Trainer } from './trainer.ts';
import type { ModelCopy } from './training-state.ts';

export interface StepProgress {
  /** Counted from 1. */
  readonly epoch: number;
  /** Steps done in this epoch, from 1. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** Of this epoch so far. */
  readonly imagesPerSecond: number;
}

export interface EpochPlan {
  readonly recipe: Recipe;
  readonly data: TrainingData;
  readonly seed: number;
  /** Counted from 1. */
  readonly epoch: number;
  readonly learningRate: number;
  readonly onStep: ((progress: StepProgress) => void) | undefined;
}

export interface EpochOutcome {
  readonly record: EpochRecord;
  /** Of the validation part; undefined where the training has diverged. */
  readonly evaluation: Evaluation | undefined;
  /** When the first step was done, in milliseconds of performance.now(). */
  readonly firstStep: number;
}

interface Steps {
  /** Sum over the steps. */
  readonly loss: number;
  readonly errors: number;
  readonly count: number;
  readonly seconds: number;
  readonly firstStep: number;
}

export function trainEpoch(trainer: Trainer, plan: EpochPlan): EpochOutcome {
  const { recipe, epoch, learningRate } = plan;
  const started = performance.now();
  const { loss, errors, count, seconds, firstStep } = runSteps(trainer, plan);
  const evaluation = Number.isFinite(loss) ? finite(measure(trainer, plan, 'trained')) : undefined;
  const average = recipe.emaAlpha > 0 && evaluation ? measure(trainer, plan, 'average') : undefined;
  const record: EpochRecord = {
    epoch,
    learningRate,
    ...(Number.isFinite(loss) ? { trainLoss: loss / count } : {}),
    trainError: errors / (count * recipe.batchSize),
    ...(evaluation && { validationLoss: evaluation.loss }),
    validationError: evaluation?.error ?? 1,
    ...(average && { emaError: average.error }),
    seconds: (performance.now() - started) / 1000,
    imagesPerSecond: (count * recipe.batchSize) / seconds,
  };
  return { record, evaluation, firstStep };
}

function finite(evaluation: Evaluation): Evaluation | undefined {
  return Number.isFinite(evaluation.loss) ? evaluation : undefined;
}

function measure(trainer: Trainer, plan: EpochPlan, copy: ModelCopy): Evaluation {
  if (plan.recipe.preciseBatchNormImages > 0) settleStatistics(trainer, plan, copy);
  return evaluate(trainer, plan.data.validation, plan.data, copy);
}

/** Ends early when a loss is not finite. */
function runSteps(trainer: Trainer, plan: EpochPlan): Steps {
  const { recipe, data, seed, epoch, learningRate } = plan;
  const started = performance.now();
  const secondsSince = () => (performance.now() - started) / 1000;
  const stepsPerEpoch = Math.floor(data.train.count / recipe.batchSize);
  let [loss, errors, step, firstStep] = [0, 0, 0, 0];
  const batches = trainingBatches({
    set: data.train,
    mean: data.mean,
    deviation: data.deviation,
    batchSize: recipe.batchSize,
    seed,
    epoch,
    augmentation: recipe.augmentation,
  });
  const noiseShape = noiseShapeOf(trainer);
  for (const batch of batches) {
    const noise = drawNoise(noiseShape, recipe, seed, { epoch, step: step + 1 });
    const result = trainer.step(batch.images, batch.labels, learningRate, noise);
    if (step === 0) firstStep = performance.now();
    step++;
    const share = averageShare(recipe, { epoch, step });
    if (share !== undefined) trainer.moveAverage(share);
    loss += result.loss;
    errors += countErrors({ logits: result.logits, labels: mainLabels(batch.labels, noise) });
    if (!Number.isFinite(result.loss)) break;
    plan.onStep?.({
      epoch,
      step,
      stepsPerEpoch,
      imagesPerSecond: (step * recipe.batchSize) / secondsSince(),
    });
  }
  return { loss, errors, count: step, seconds: secondsSince(), firstStep };
}

function noiseShapeOf({ graph: { batchSize, headWidth, step } }: Trainer): NoiseShape {
  return { batchSize, headWidth, dropRates: step.noise.dropConnect?.rates ?? [] };
}

/** Of a mixed image the label that has the larger share counts. */
function mainLabels(labels: Int32Array, { mixture }: StepNoise): Int32Array {
  return mixture === undefined || mixture.share >= 0.5 ? labels : partnerLabels(labels, mixture);
}
