/** Trains one network by one recipe on one data set; what comes out is its learning curve. */
import type { ImageSet, TrainingData } from '@netspace/data/dataset';
import type { BlockBuilder } from '@netspace/network/layers';
import type { Network } from '@netspace/network/network';
import type { EpochRecord } from '@netspace/population/trial';
import { trainEpoch, type StepProgress } from './epoch.ts';
import { evaluate, type Evaluation } from './evaluate.ts';
import { reportOn } from './evaluation.ts';
import { parameterGroups } from './parameters.ts';
import { scheduleOf, type Recipe } from './recipe.ts';
import { resume, type Resumption, type ResumptionOptions } from './resumption.ts';
import { learningRates } from './schedule.ts';
import type { Stopped } from './stop-rule.ts';
import { openTrainer, type Trainer } from './trainer.ts';
import { identify } from './training-identity.ts';
import { summarise, type TrainingResult } from './training-result.ts';
import { inCopy, partOf, type ModelPart, type TrainingState } from './training-state.ts';

/** By what a training is to stop; undefined where it is to go on. */
export type StopAnswer = Stopped['by'] | undefined;

export interface TrainingOptions extends ResumptionOptions {
  /** The only source of randomness: initial weights, order of the images, augmentation, masks and mixtures. */
  readonly seed: number;
  readonly onStep?: (progress: StepProgress) => void;
  /** Called for the epochs that a checkpoint brings as well, so that a listener sees the whole curve. */
  readonly onEpoch?: (record: EpochRecord) => void;
  /** Asked at the end of each epoch but the last, with the curve so far; an answer ends the training there and says by what. */
  readonly shouldStop?: (curve: readonly EpochRecord[]) => StopAnswer | Promise<StopAnswer>;
  /** Asks of the curve that a checkpoint brings as well, for one who was killed between an epoch and the answer. */
  readonly asksWhenResumed?: boolean;
  /** Makes the layers of a block of one's own; left out, those of the kind that the network names. */
  readonly block?: BlockBuilder;
  /** The data set's test part, to be evaluated once when the training is complete. Left out, nothing looks at it. */
  readonly test?: ImageSet;
  /** What the training begins with instead of the state that the seed has drawn; not asked where a checkpoint is gone on with. */
  readonly begin?: (drawn: TrainingState) => TrainingState;
  /** Given all that was learned, once after the last epoch; a training that diverged has learned nothing. */
  readonly onTrained?: (state: TrainingState) => void;
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
  const { resolution, channels } = data.train;
  const input = { resolution, channels, classes: data.classes.length };
  const trainer = openTrainer(network, input, recipe, options.seed, options.block);
  try {
    const resumption = resume(
      trainer,
      () => identify(network, recipe, data, options.seed, options.block),
      options,
    );
    if (options.begin && resumption.curve.length === 0)
      trainer.writeState(withOwnAverage(options.begin(trainer.readState())));
    const { curve, status, stopped, last, firstStep } = await runEpochs(
      trainer,
      recipe,
      data,
      options,
      resumption,
    );
    if (status !== 'diverged') options.onTrained?.(trainer.readState());
    // A training that its checkpoint brings to its end had no epoch left to evaluate it.
    const evaluation = last ?? (status === 'diverged' ? undefined : evaluate(trainer, data.validation, data));
    return summarise({
      status,
      ...(stopped && { stopped }),
      curve,
      ...(evaluation && { evaluation: reportOn(evaluation) }),
      ...testErrorOf(trainer, status, data, options.test),
      secondsToFirstStep: ((firstStep ?? performance.now()) - started) / 1000,
    });
  } finally {
    trainer.close();
  }
}

interface Epochs extends Pick<TrainingResult, 'status' | 'curve' | 'stopped'> {
  /** Of the last epoch that was trained here and did not diverge. */
  readonly last?: Evaluation;
  /** When the first step was done, in milliseconds of performance.now(). */
  readonly firstStep?: number;
}

/** The epochs that are left, until the last, a divergence or a stop. */
async function runEpochs(
  trainer: Trainer,
  recipe: Recipe,
  data: TrainingData,
  { seed, onStep, onEpoch, shouldStop, asksWhenResumed }: TrainingOptions,
  { curve: done, save }: Resumption,
): Promise<Epochs> {
  const curve = [...done];
  curve.forEach((record) => onEpoch?.(record));
  const ask = (epoch: number) => (epoch < recipe.epochs ? shouldStop?.(curve) : undefined);
  const early = asksWhenResumed && done.length > 0 ? await ask(done.length) : undefined;
  if (early !== undefined) return { status: 'stopped', stopped: { by: early, epoch: done.length }, curve };
  let found: Pick<Epochs, 'last' | 'firstStep'> = {};
  for (const [index, learningRate] of learningRates(scheduleOf(recipe)).entries()) {
    if (index < done.length) continue;
    const epoch = index + 1;
    const outcome = trainEpoch(trainer, { recipe, data, seed, epoch, learningRate, onStep });
    const { record, evaluation } = outcome;
    const firstStep = found.firstStep ?? outcome.firstStep;
    curve.push(record);
    if (evaluation !== undefined) save(curve);
    onEpoch?.(record);
    await new Promise((resolve) => setImmediate(resolve));
    if (evaluation === undefined) return { status: 'diverged', curve, firstStep };
    found = { last: evaluation, firstStep };
    const by = await ask(epoch);
    if (by !== undefined) return { status: 'stopped', stopped: { by, epoch }, curve, ...found };
  }
  return { status: 'completed', curve, ...found };
}

/** An average begins with what it is an average of. */
function withOwnAverage(state: TrainingState): TrainingState {
  if (state.weightsAverage === undefined) return state;
  const parts: readonly ModelPart[] = [...parameterGroups, 'statistics'];
  return {
    ...state,
    ...Object.fromEntries(parts.map((part) => [inCopy(part, 'average'), partOf(state, part)])),
  };
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
