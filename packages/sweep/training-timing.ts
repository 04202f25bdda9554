/** One training, timed: two short epochs through the very code that trains trials. */
import type { ImageSet, TrainingData } from '@netspace/data/dataset';
import type { Network } from '@netspace/network/network';
import { median } from '@netspace/stats/quantile';
import type { Recipe } from '@netspace/train/recipe';
import { trainNetwork } from '@netspace/train/train';
import type { Timing } from './calibration.ts';
import { workloadOf } from './cost.ts';
import { between, now, type Moment } from './measuring-process.ts';

/** The first epoch holds what happens once; the second is like all that would follow. */
const epochs = 2;
/** Steps in which a graph is optimised and kernels are made. */
export const warmUp = 2;
/** Nothing is to be learned, and no network diverges. */
const learningRate = 1e-4;

/**
 * Steps of both epochs count, but for those that warm up; the evaluation is the second one. `secondsOf` chooses the clock. An average
 * of the weights is moved and evaluated as the recipe has it, statistics are not measured anew: they are images evaluated like others.
 */
export async function timeTraining(
  network: Network,
  recipe: Recipe,
  data: TrainingData,
  secondsOf: (spent: Moment) => number,
): Promise<Timing> {
  const begun = now();
  let before = begun;
  const steps: Moment[] = [];
  const evaluations: Moment[] = [];
  const lap = (list: Moment[]) => {
    const after = now();
    list.push(between(before, after));
    before = after;
  };
  const short = { ...recipe, epochs, learningRate, preciseBatchNormImages: 0 };
  await trainNetwork(network, short, data, {
    seed: 1,
    onStep: () => lap(steps),
    onEpoch: () => lap(evaluations),
  });
  const whole = secondsOf(between(begun, now()));
  const step = median(steps.slice(Math.min(warmUp, steps.length - 1)).map(secondsOf));
  const evaluation = secondsOf(evaluations.at(-1) ?? { cpu: NaN, wall: NaN });
  const evaluated = data.validation.count * (recipe.emaAlpha > 0 ? 2 : 1);
  const { resolution, channels } = data.train;
  return {
    work: workloadOf(network, { resolution, channels, classes: data.classes.length }),
    batchSize: recipe.batchSize,
    step,
    evaluation: evaluation / evaluated,
    begin: Math.max(1e-3, whole - steps.length * step - epochs * evaluation),
  };
}

/** The first images of a data set: so many steps an epoch, so many images to evaluate. */
export function shorten(data: TrainingData, images: number, evaluated: number): TrainingData {
  return { ...data, train: firstOf(data.train, images), validation: firstOf(data.validation, evaluated) };
}

function firstOf(set: ImageSet, count: number): ImageSet {
  if (count >= set.count) return set;
  const size = set.resolution ** 2 * set.channels;
  return {
    ...set,
    images: set.images.subarray(0, count * size),
    labels: set.labels.subarray(0, count),
    count,
  };
}
