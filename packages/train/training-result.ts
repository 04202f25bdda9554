/** What a training came to. */
import type { EpochRecord } from '@netspace/population/trial';
import type { EvaluationReport } from './evaluation.ts';
import type { Stopped } from './stop-rule.ts';

/** Divergence (a loss that is not finite) is a result: error 1. */
export interface TrainingResult {
  readonly status: 'completed' | 'diverged' | 'stopped';
  /** With the status stopped: such an error is not that of a whole training, and biases a distribution of errors. */
  readonly stopped?: Stopped;
  /** Validation error of the last epoch. */
  readonly error: number;
  /** The least validation error of all epochs: optimistic, since it is chosen by the very images that measure it. */
  readonly bestError: number;
  /** The first epoch with that error, counted from 1. */
  readonly bestEpoch: number;
  readonly curve: readonly EpochRecord[];
  /** Of the last epoch's predictions for the validation part; absent where the training diverged. */
  readonly evaluation?: EvaluationReport;
  /** Error on the test part, where that was asked for; 1 where the training diverged. */
  readonly testError?: number;
  /** Training images a second over all epochs, evaluation left out. */
  readonly imagesPerSecond: number;
  /** From the call to the end of the first step: building, loading and optimising the graph. */
  readonly secondsToFirstStep: number;
}

export type TrainingEnd = Omit<TrainingResult, 'error' | 'bestError' | 'bestEpoch' | 'imagesPerSecond'>;

export function summarise(end: TrainingEnd): TrainingResult {
  const { curve, status } = end;
  const errors = curve.map(({ validationError = 1 }) => validationError);
  const bestError = Math.min(1, ...errors);
  const secondsAnImage = curve.reduce((sum, { imagesPerSecond = NaN }) => sum + 1 / imagesPerSecond, 0);
  return {
    ...end,
    error: status === 'diverged' ? 1 : (errors.at(-1) ?? 1),
    bestError,
    bestEpoch: errors.indexOf(bestError) + 1,
    imagesPerSecond: curve.length / secondsAnImage,
  };
}
