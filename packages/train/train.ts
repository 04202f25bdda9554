/** Trains one network by one recipe on one data set; what comes out is its learning curve. */
import type { ImageSet, TrainingData } from '@netspace/data/dataset';
import type { Network } from '@netspace/network/network';
import type { EpochRecord } from '@netspace/population/trial';
import { trainEpoch, type StepProgress } from './epoch.ts';
import { evaluate, type Evaluation } from './evaluate.ts';
import { reportOn } from './evaluation.ts';
import { scheduleOf, type Recipe } from './recipe.ts';
import { resume, type ResumptionOptions } from './resumption.ts';
import { learningRates } from './schedule.ts';
import type { Stopped } from './stop-rule.ts';
import { openTrainer, type Trainer } from './trainer.ts';
import { identify } from './training-identity.ts';
import { summarise, type TrainingResult } from './training-result.ts';

export interface TrainingOptions extends ResumptionOptions {
  /** The only source of randomness: initial weights, order of the images, augmentation. */
  readonly seed: number;
  readonly onStep?: (progress: StepProgress) => void;
  /** Called for the epochs that a checkpoint brings as well, so that a listener sees the whole curve. */
  readonly onEpoch?: (record: EpochRecord) => void;
  /** Asked at the end of each epoch but the last, with the curve so far; an answer ends the training there and says by what. */
  readonly shouldStop?: (curve: readonly EpochRecord[]) => Stopped['by'] | undefined;
  /** The data set's test part, to be evaluated once when the training is complete. Left out, nothing looks at it. */
  readonly test?: ImageSet;
}

/**
 * build graph ─► checkpoint ─► epochs (batches ─► steps ─► evaluation ─► checkpoint) ─► learning curve
 *
 * Blocks the event loop during each step, but lets others have a turn between epochs. Throws where the data cannot be trained on
 * (fewer images than a batch), where the checkpoint is of another training, or where the library is not there; a loss that is
 * not finite is a result.
 */
export async function trainNetwork(
  network: Network,
  recipe: Recipe,
  data: TrainingData,
  options: TrainingOptions,
): Promise<TrainingResult> {
  const started = performance.now();
  const { seed, onStep, onEpoch, shouldStop } = options;
  const { resolution, channels } = data.train;
  const trainer = openTrainer(network, { resolution, channels, classes: data.classes.length }, recipe, seed);
  try {
    const resumption = resume(trainer, () => identify(network, recipe, data, seed), options);
    const curve = [...resumption.curve];
    curve.forEach((record) => onEpoch?.(record));
    let firstStep: number | undefined;
    let evaluation: Evaluation | undefined;
    let status: TrainingResult['status'] = 'completed';
    let stoppedBy: Stopped['by'] | undefined;
    for (const [index, learningRate] of learningRates(scheduleOf(recipe)).entries()) {
      if (index < curve.length) continue;
      const outcome = trainEpoch(trainer, { recipe, data, seed, epoch: index + 1, learningRate, onStep });
      firstStep ??= outcome.firstStep;
      evaluation = outcome.evaluation;
      curve.push(outcome.record);
      if (evaluation !== undefined) resumption.save(curve);
      onEpoch?.(outcome.record);
      await new Promise((resolve) => setImmediate(resolve));
      if (evaluation === undefined) status = 'diverged';
      else if (index + 1 < recipe.epochs) stoppedBy = shouldStop?.(curve);
      if (stoppedBy !== undefined) status = 'stopped';
      if (status !== 'completed') break;
    }
    // A training that its checkpoint brings complete has no epoch left that would evaluate it.
    if (status === 'completed') evaluation ??= evaluate(trainer, data.validation, data);
    return summarise({
      status,
      ...(stoppedBy && { stopped: { by: stoppedBy, epoch: curve.length } }),
      curve,
      ...(evaluation && { evaluation: reportOn(evaluation) }),
      ...testErrorOf(trainer, status, data, options.test),
      secondsToFirstStep: ((firstStep ?? performance.now()) - started) / 1000,
    });
  } finally {
    trainer.close();
  }
}

/** The only place where the test part is looked at: once, at the end, when it was asked for. */
function testErrorOf(
  trainer: Trainer,
  status: TrainingResult['status'],
  data: TrainingData,
  test: ImageSet | undefined,
): { readonly testError?: number } {
  if (test === undefined || status === 'stopped') return {};
  return { testError: status === 'diverged' ? 1 : evaluate(trainer, test, data).error };
}
