/** How long a sweep will take on a machine whose rates are known. */
import type { InputShape } from '@netspace/network/network';
import type { NewTrial } from '@netspace/store/store';
import { rungsOf, type StopRule } from '@netspace/train/stop-rule';
import type { Recipe } from '@netspace/train/recipe';
import type { MachineRates, Timing } from './calibration.ts';
import { stepParts, stepSeconds, workloadOf, type StepParts, type Workload } from './cost.ts';
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
  /** The same sum, by what it is spent on. */
  readonly parts: TrainingParts;
  /** From the first process to the end of the last trial. */
  readonly seconds: number;
}

/** Seconds of trainings: of their steps by what a step is spent on, of evaluations, and of what comes before a first step. */
export interface TrainingParts extends StepParts {
  readonly evaluation: number;
  readonly begin: number;
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
  const spent = planned.map(({ network, recipe }) =>
    trainingParts(workloadOf(network, input), expectedRecipe(recipe, earlyStopping), images, rates),
  );
  const trials = spent.map(sumOf);
  const order = planned
    .map(({ cost }, index) => ({ cost, index }))
    .toSorted((a, b) => b.cost - a.cost || a.index - b.index);
  const seconds =
    rates.processStart +
    scheduleLength(
      order.map(({ index }) => trials[index] ?? 0),
      workers,
    );
  return {
    trials,
    workerSeconds: trials.reduce((total, each) => total + each, 0),
    parts: addParts(spent),
    seconds,
  };
}

/** A trial's recipe, with the epochs that it is expected to be trained for. */
export function expectedRecipe(record: NewTrial['recipe'], rule?: StopRule): Recipe {
  const recipe = readRecipe(record);
  return { ...recipe, epochs: expectedEpochs(recipe.epochs, { done: 0, rung: 0 }, rule) };
}

/** What of a recipe decides how much work a training is. */
export type TrainingAmount = Pick<Recipe, 'epochs' | 'batchSize' | 'emaAlpha' | 'preciseBatchNormImages'>;

/** Seconds of one training from its network to its last evaluation. */
export function trainingSeconds(
  work: Workload,
  recipe: TrainingAmount,
  images: ImageCounts,
  rates: MachineRates,
): number {
  return sumOf(trainingParts(work, recipe, images, rates));
}

function trainingParts(
  work: Workload,
  recipe: TrainingAmount,
  images: ImageCounts,
  { step, evaluationShare, begin }: MachineRates,
): TrainingParts {
  const { steps, evaluated } = countImages(recipe, images);
  const { arithmetic, maps, layers } = stepParts(work, recipe.batchSize, step);
  return {
    arithmetic: steps * arithmetic,
    maps: steps * maps,
    layers: steps * layers,
    evaluation: (evaluated * evaluationShare * stepSeconds(work, recipe.batchSize, step)) / recipe.batchSize,
    begin: begin.training + work.layers * begin.layer,
  };
}

/** Seconds of a whole training of a network of which a part was timed. */
export function timedSeconds(timing: Timing, recipe: TrainingAmount, images: ImageCounts): number {
  const { steps, evaluated } = countImages(recipe, images);
  return timing.begin + steps * timing.step + evaluated * timing.evaluation;
}

/** Steps of a training, and images that are evaluated in it: an average of the weights as well, and those that settle statistics. */
export function countImages(
  { epochs, batchSize, emaAlpha, preciseBatchNormImages }: TrainingAmount,
  { train, validation }: ImageCounts,
): { readonly steps: number; readonly evaluated: number } {
  const copies = emaAlpha > 0 ? 2 : 1;
  return {
    steps: epochs * Math.floor(train / batchSize),
    evaluated: epochs * copies * (validation + preciseBatchNormImages),
  };
}

function addParts(list: readonly TrainingParts[]): TrainingParts {
  const total = (part: keyof TrainingParts) => list.reduce((sum, each) => sum + each[part], 0);
  return {
    arithmetic: total('arithmetic'),
    maps: total('maps'),
    layers: total('layers'),
    evaluation: total('evaluation'),
    begin: total('begin'),
  };
}

function sumOf({ arithmetic, maps, layers, evaluation, begin }: TrainingParts): number {
  return arithmetic + maps + layers + evaluation + begin;
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
