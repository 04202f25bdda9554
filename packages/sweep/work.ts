/** What a supervisor and its workers say to each other. */
import type { Network } from '@netspace/network/network';
import type { EpochRecord } from '@netspace/population/trial';
import type { Recipe } from '@netspace/train/recipe';
import type { TrainingOptions } from '@netspace/train/train';
import type { TrainingResult } from '@netspace/train/training-result';

/** The images that every trial of a sweep is trained on. */
export interface DataRequest {
  readonly name: string;
  /** Seed of the split into images to learn from and images to hold out. */
  readonly seed: string;
  readonly validationShare: number;
  /** Training images to use, held-out ones included; all when left out. */
  readonly limit?: number;
}

/** One training. */
export interface Work {
  readonly network: Network;
  readonly recipe: Recipe;
  readonly seed: number;
}

/** What a worker needs of a training function; `trainNetwork` with its data is one. */
export type TrainWork = (work: Work, options: TrainingOptions) => Promise<TrainingResult>;

/** Made once by a worker, before its first trial. */
export interface PreparedTraining {
  readonly train: TrainWork;
  /** Kept with each trial: the data set's checksum, versions. */
  readonly provenance: Readonly<Record<string, unknown>>;
}

export type Order =
  | { readonly kind: 'prepare'; readonly data: DataRequest }
  | { readonly kind: 'train'; readonly work: Work }
  | { readonly kind: 'leave' };

/** Memory is the worker's resident size in bytes, CPU time in seconds. */
export type Answer =
  | { readonly kind: 'ready'; readonly provenance: Readonly<Record<string, unknown>> }
  | { readonly kind: 'unfit'; readonly reason: string }
  | StepReport
  | { readonly kind: 'epoch'; readonly record: EpochRecord }
  | WorkEnd;

/** How far the running training is. */
export interface StepReport {
  readonly kind: 'step';
  readonly epoch: number;
  /** Share of the epoch that is done, 0 to 1. */
  readonly share: number;
  readonly imagesPerSecond: number;
}

export type WorkEnd =
  | {
      readonly kind: 'trained';
      readonly result: TrainingResult & { readonly status: 'completed' | 'diverged' };
      readonly cpuSeconds: number;
      readonly memory: number;
    }
  | { readonly kind: 'failed'; readonly reason: string; readonly memory: number };
