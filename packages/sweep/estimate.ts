/** How long a sweep will take on a machine whose rates are known. */
import type { InputShape } from '@netspace/network/network';
import type { NewTrial } from '@netspace/store/store';
import { rungsOf, type StopRule } from '@netspace/train/stop-rule';
import type { Recipe } from '@netspace/train/recipe';
import type { MachineRates } from './calibration.ts';
import { stepSeconds, workloadOf, type Workload } from './cost.ts';
import { readRecipe } from './recipe-record.ts';

/** Images of one training. */
export interface ImageCounts {
  readonly train: number;
  readonly validation: number;
}

export interface SweepEstimate {
  /** Seconds of each trial, in the order of the plan. */
  readonly trials: readonly number[];
  /** Sum over the trials: what one worker takes. */
  readonly workerSeconds: number;
  /** From the first process to the end of the last trial. */
  readonly seconds: number;
}

export interface Conditions {
  readonly input: InputShape;
  readonly images: ImageCounts;
  readonly workers: number;
  readonly earlyStopping?: StopRule;
}

/**
 * Halving is reckoned with the share of trials that each rung lets go on. The median rule is not: nobody knows before how many it
 * will stop, so with it a sweep takes this long at the most.
 */
export function estimateSweep(
  planned: readonly NewTrial[],
  rates: MachineRates,
  { input, images, workers, earlyStopping }: Conditions,
): SweepEstimate {
  const trials = planned.map(({ network, recipe }) => {
    const read = readRecipe(recipe);
    const epochs = expectedEpochs(read.epochs, { done: 0, rung: 0 }, earlyStopping);
    return trainingSeconds(workloadOf(network, input), { ...read, epochs }, images, rates);
  });
  const order = planned
    .map(({ cost }, index) => ({ cost, index }))
    .toSorted((a, b) => b.cost - a.cost || a.index - b.index);
  const seconds =
    rates.processStart +
    scheduleLength(
      order.map(({ index }) => trials[index] ?? 0),
      workers,
    );
  return { trials, workerSeconds: trials.reduce((total, each) => total + each, 0), seconds };
}

/** Seconds of one training from its network to its last evaluation. */
export function trainingSeconds(
  work: Workload,
  recipe: Pick<Recipe, 'epochs' | 'batchSize' | 'emaAlpha' | 'preciseBatchNormImages'>,
  { train, validation }: ImageCounts,
  { step, evaluationShare, begin }: MachineRates,
): number {
  const { epochs, batchSize, emaAlpha, preciseBatchNormImages } = recipe;
  const one = stepSeconds(work, batchSize, step);
  const evaluated = (emaAlpha > 0 ? 2 : 1) * (validation + preciseBatchNormImages);
  const epoch = Math.floor(train / batchSize) * one + (evaluated * evaluationShare * one) / batchSize;
  return begin.training + work.layers * begin.layer + epochs * epoch;
}

/** How far a trial has come. */
export interface Standing {
  /** Epochs, whole or not. */
  readonly done: number;
  /** Epoch of the last rung that it was promoted from; 0 for none. */
  readonly rung: number;
}

/** Epochs that a trial has still before it, on average over all that came as far. */
export function expectedEpochs(epochs: number, { done, rung }: Standing, rule?: StopRule): number {
  if (rule?.kind !== 'halving') return Math.max(0, epochs - done);
  const ends = [...rungsOf(rule, epochs).filter((each) => each > rung), epochs];
  // Of those that came to a rung the share 1 / eta goes on.
  return ends.reduce(
    (total, end, k) => total + Math.max(0, end - Math.max(done, ends[k - 1] ?? 0)) / rule.eta ** k,
    0,
  );
}

/** When the last of these trials ends, each begun by the worker that is free first: list scheduling, as the supervisor does. */
export function scheduleLength(trials: readonly number[], workers: number): number {
  const free = Array.from({ length: workers }, () => 0);
  for (const seconds of trials) {
    const first = free.indexOf(Math.min(...free));
    free[first] = (free[first] ?? 0) + seconds;
  }
  return Math.max(...free);
}
