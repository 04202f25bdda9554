/** What a supervisor and its workers say to each other. */
import type { Network } from '@netspace/network/network';
import type { EpochRecord } from '@netspace/population/trial';
import type { Recipe } from '@netspace/train/recipe';
import type { Stopped } from '@netspace/train/stop-rule';
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
  /** Equal images stay on one side of the split, and those that are equal to a test image are left out. */
  readonly copies?: 'together';
}

/** One training. */
export interface Work {
  readonly network: Network;
  readonly recipe: Recipe;
  readonly seed: number;
  /** The file of its checkpoint; none is kept when left out. */
  readonly checkpoint?: string;
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
  | Verdict
  | { readonly kind: 'leave' };

/** The answer to a question: by what the training is to stop; left out, it goes on. */
export interface Verdict {
  readonly kind: 'verdict';
  readonly stop?: Stopped['by'];
}

/** Memory is the worker's resident size in bytes, CPU time in seconds. */
export type Answer =
  | { readonly kind: 'ready'; readonly provenance: Readonly<Record<string, unknown>> }
  | { readonly kind: 'unfit'; readonly reason: string }
  | StepReport
  | { readonly kind: 'epoch'; readonly record: EpochRecord }
  | CheckpointReport
  | Question
  | WorkEnd;

/** What became of the trial's checkpoint; `epoch` is the last one done, `reason` a sentence for people. */
export type CheckpointReport =
  | { readonly kind: 'resumed'; readonly epoch: number }
  | { readonly kind: 'trouble'; readonly reason: string };

/** At the end of each epoch but the last, behind its record: is the training to stop here? It waits for the verdict. */
export interface Question {
  readonly kind: 'question';
  readonly epoch: number;
  /** Whether this epoch is in the checkpoint. */
  readonly saved: boolean;
}

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
      readonly result: TrainingResult;
      readonly cpuSeconds: number;
      readonly memory: number;
    }
  | { readonly kind: 'failed'; readonly reason: string; readonly memory: number };
