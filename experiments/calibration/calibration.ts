/** Predicted against real time of trainings: how well three numbers a network (`sweep/cost.ts`) order and measure what it costs. */
import type { InputShape } from '@netspace/network/network';
import type { Trial } from '@netspace/population/trial';
import { median } from '@netspace/stats/quantile';
import { spearman } from '@netspace/stats/rank-correlation';
import { referenceRates, stepSeconds, workloadOf } from '@netspace/sweep/cost';

/** What the networks were trained on. */
export interface Conditions {
  readonly input: InputShape;
  /** Images to learn from, and held out. */
  readonly train: number;
  readonly validation: number;
  readonly batchSize: number;
}

/** An evaluated image takes about this share of the time of an image in a step. */
const evaluationShare = 0.33;

export interface TimedTrial {
  readonly space: string;
  /** Seconds of an epoch: on the reference machine, and as it was. */
  readonly predicted: number;
  readonly real: number;
}

export interface CalibrationFigures {
  readonly n: number;
  /** How many times as slow as the reference this machine was: the median of real / predicted. */
  readonly factor: number;
  /** Of real / (factor · predicted) - 1: root mean square, and the farthest. */
  readonly error: number;
  readonly worst: number;
  /** Spearman's, over all trainings: 1 where they are leased in the true order. */
  readonly order: number;
}

/** Trials with a curve; the median of their epochs stands for each, since the first one also builds the graph. */
export function timeTrials(
  trials: readonly Trial[],
  { input, train, validation, batchSize }: Conditions,
): TimedTrial[] {
  return trials.flatMap(({ space, network, curve = [] }): TimedTrial[] => {
    const seconds = curve.flatMap((epoch) => epoch.seconds ?? []);
    if (seconds.length === 0) return [];
    const step = stepSeconds(workloadOf(network, input), batchSize, referenceRates);
    const predicted = (Math.floor(train / batchSize) + (evaluationShare * validation) / batchSize) * step;
    return [{ space, predicted, real: median(seconds) }];
  });
}

export function calibrationFigures(trials: readonly TimedTrial[]): CalibrationFigures {
  if (trials.length < 2)
    throw new RangeError(`${trials.length} timed trainings say nothing of a prediction; 2 are needed`);
  const factor = median(trials.map(({ predicted, real }) => real / predicted));
  const misses = trials.map(({ predicted, real }) => real / (factor * predicted) - 1);
  return {
    n: trials.length,
    factor,
    error: Math.sqrt(misses.reduce((sum, miss) => sum + miss ** 2, 0) / misses.length),
    worst: misses.reduce((worst, miss) => (Math.abs(miss) > Math.abs(worst) ? miss : worst), 0),
    order: spearman(
      trials.map(({ predicted }) => predicted),
      trials.map(({ real }) => real),
    ),
  };
}
