/** Trains one network by one recipe on one data set; what comes out is its learning curve. */
import type { TrainingData } from '@netspace/data/dataset';
import type { Network } from '@netspace/network/network';
import type { EpochRecord } from '@netspace/population/trial';
import type { Recipe } from './recipe.ts';

export interface TrainingOptions {
  /** The only source of randomness: initial weights, order of the images, augmentation. */
  readonly seed: number;
  readonly onStep?: (progress: StepProgress) => void;
  readonly onEpoch?: (record: EpochRecord) => void;
}

export interface StepProgress {
  readonly epoch: number;
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly imagesPerSecond: number;
}

/** Divergence (a loss that is not finite) is a result: error 1. */
export interface TrainingResult {
  readonly status: 'completed' | 'diverged';
  /** Validation error of the last epoch. */
  readonly error: number;
  /** The least validation error of all epochs. */
  readonly bestError: number;
  readonly curve: readonly EpochRecord[];
  /** Training images a second over all epochs, evaluation left out. */
  readonly imagesPerSecond: number;
  /** From the call to the end of the first step: building, loading, optimising the graph. */
  readonly secondsToFirstStep: number;
}

export async function trainNetwork(
  _network: Network,
  _recipe: Recipe,
  _data: TrainingData,
  _options: TrainingOptions,
): Promise<TrainingResult> {
  throw new Error('not written yet');
}
