/** A trial: one network of a space, trained once, and what came of it. The form of every population, whatever its source. */
import type { WidthFit } from '@netspace/network/fit';
import type { Network } from '@netspace/network/network';

/** The life of a trial; completed, diverged, failed and cancelled are ends. */
export type TrialStatus = 'planned' | 'leased' | 'completed' | 'diverged' | 'failed' | 'lost' | 'cancelled';

/** One epoch of a learning curve. Losses in nats a image, errors and shares as fractions. */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  readonly learningRate?: number;
  readonly trainLoss?: number;
  readonly trainError?: number;
  readonly validationLoss?: number;
  readonly validationError?: number;
  /** Validation error of the moving average of the weights. */
  readonly emaError?: number;
  /** Wall-clock seconds, evaluation included. */
  readonly seconds?: number;
  /** Training images a second, evaluation left out. */
  readonly imagesPerSecond?: number;
}

/** The recipe's keys flat, as they are kept with a trial: `learningRate`, `weightDecay`, `epochs`, … */
export type RecipeRecord = Readonly<Record<string, number | string | boolean>>;

/** What ended a training before its last epoch: its error is then not that of a whole training. */
export interface TrialStop {
  readonly by: 'median' | 'halving' | 'request';
  /** The last epoch that was trained, from 1. */
  readonly epoch: number;
}

/** What the last epoch's predictions for the held-out images are worth. Shares are fractions; class c of a list is the data set's class c. */
export interface TrialEvaluation {
  /** The first epoch with the least validation error, from 1. */
  readonly bestEpoch?: number;
  /** Share of images whose class is not among the k most likely ones. */
  readonly topKError?: number;
  readonly k?: number;
  /** Expected calibration error. */
  readonly calibrationError?: number;
  /** Error of each class; null for one without images. */
  readonly classErrors?: readonly (number | null)[];
  /** Images by their class (row) and by the class they were taken for (column); left out where there are many classes. */
  readonly confusion?: readonly (readonly number[])[];
}

export interface Trial {
  readonly space: string;
  readonly network: Network;
  readonly status: TrialStatus;
  /** The headline error: of the last epoch on held-out images, a fraction. 1 for a trial that diverged. Absent while there is none. */
  readonly error?: number;
  /** The least validation error of all epochs: optimistic. */
  readonly bestError?: number;
  readonly stopped?: TrialStop;
  readonly evaluation?: TrialEvaluation;
  /** Multiply-adds of one forward pass of one image. */
  readonly flops?: number;
  readonly params?: number;
  /** Output elements of convolution, max-pool and linear layers. */
  readonly activations?: number;
  readonly recipe?: RecipeRecord;
  readonly seed?: number;
  readonly curve?: readonly EpochRecord[];
  /** Why a trial failed, for people. */
  readonly reason?: string;
  /** Set where a sampled RegNet arrived with its generator's parameters. */
  readonly generator?: Readonly<Record<string, number>>;
  /**
   * The quantized linear widths nearest to the network's (equations 2-4). It follows from the network, but takes milliseconds to find: so it is
   * kept where it was found once. Tables leave it out.
   */
  readonly fit?: WidthFit;
  /** Anything else a source knows: host, versions, threads, seconds, data set, attempts. */
  readonly provenance?: Readonly<Record<string, unknown>>;
}
