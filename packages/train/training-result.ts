/** What a training came to. */
import type { EpochRecord } from '@netspace/population/trial';

/** Divergence (a loss that is not finite) is a result: error 1. */
export interface TrainingResult {
  readonly status: 'completed' | 'diverged' | 'stopped';
  /** Validation error of the last epoch. */
  readonly error: number;
  /** The least validation error of all epochs: optimistic, since it is chosen by the very images that measure it. */
  readonly bestError: number;
  readonly curve: readonly EpochRecord[];
  /** Training images a second over all epochs, evaluation left out. */
  readonly imagesPerSecond: number;
  /** From the call to the end of the first step: building, loading and optimising the graph. */
  readonly secondsToFirstStep: number;
}

export interface TrainingEnd {
  readonly curve: readonly EpochRecord[];
  readonly status: TrainingResult['status'];
  readonly secondsToFirstStep: number;
}

export function summarise({ curve, status, secondsToFirstStep }: TrainingEnd): TrainingResult {
  const secondsAnImage = curve.reduce((sum, { imagesPerSecond = NaN }) => sum + 1 / imagesPerSecond, 0);
  return {
    status,
    error: status === 'diverged' ? 1 : (curve.at(-1)?.validationError ?? 1),
    bestError: Math.min(1, ...curve.map(({ validationError = 1 }) => validationError)),
    curve,
    imagesPerSecond: curve.length / secondsAnImage,
    secondsToFirstStep,
  };
}
