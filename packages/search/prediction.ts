/** How long the parts of a search will take on a machine whose rates are known, and how much slower it turns out to be. */
import type { Network } from '@netspace/network/network';
import { sampleNetworks } from '@netspace/space/sample';
import { findSpace } from '@netspace/space/builtin';
import type { MachineRates } from '@netspace/sweep/calibration';
import { stepSeconds, workloadOf } from '@netspace/sweep/cost';
import { expectedEpochs, scheduleLength, trainingSeconds, type ImageCounts } from '@netspace/sweep/estimate';
import { candidateWindow } from './candidates.ts';
import { sumOf, type DataFacts } from './data-facts.ts';
import {
  finalists,
  mainMeasure,
  usualEffort,
  validationShare,
  type Effort,
  type SearchRequest,
} from './request.ts';
import { findRivals } from './rivals.ts';
import { halvingOf } from './search-plan.ts';
import { searchRecipe } from './search-recipe.ts';

/** Seconds for each forward pass that is timed, and what it takes to build its graph: hardly anything beside training. */
const latencySeconds = 1;

/** Seconds for the model's other forms and for the report. */
const reportSeconds = 4;

/** Of the latencies of so many networks. */
function timing(networks: number): number {
  return latencySeconds * networks;
}

/** All in seconds. */
export interface Prediction {
  /** Of all of a search behind its look at the images. */
  readonly total: (effort: Effort) => number;
  readonly timing: (networks: number) => number;
  /** Of the candidates' sweep. */
  readonly candidates: (effort: Effort) => number;
  /** Of the finals with these networks, round by round: each network with one seed, then with the next. */
  readonly finals: (networks: readonly Network[], epochs: number, seeds: number) => number;
  /** From the last training to the end: test images, models, report. */
  readonly ending: (networks: readonly Network[], seeds: number) => number;
  /** Of one epoch of one training. */
  readonly epoch: (network: Network) => number;
}

/** Networks are those that it would train but for a limit of latency; that three of them are the costliest is the worst case of the finals. */
export function predictSearch(
  request: SearchRequest,
  data: DataFacts,
  rates: MachineRates,
  workers: number,
): Prediction {
  const { input } = data;
  const space = findSpace(request.space);
  const rivals = findRivals(mainMeasure(request.budget), input, space);
  const images = imagesOf(data);
  const most = Math.max(usualEffort.candidates, request.effort.candidates ?? 0);
  const window = candidateWindow(request.budget);
  const seed = `${request.seed}/candidates`;
  const drawn = sampleNetworks(space, { count: most, seed, input, window }).networks.map(
    ({ network }) => network,
  );
  const train = (network: Network, epochs: number, whole = epochs): number => {
    const recipe = searchRecipe(request.recipe, whole, { train: images.train, resolution: input.resolution });
    return trainingSeconds(workloadOf(network, input), { ...recipe, epochs }, images, rates);
  };
  const candidates = (effort: Effort): number => {
    const halved = expectedEpochs(effort.epochs, { done: 0, rung: 0 }, halvingOf(effort.epochs));
    const trainings = drawn.slice(0, effort.candidates).map((each) => train(each, halved, effort.epochs));
    return rates.processStart + scheduleLength(trainings, workers);
  };
  const finals = (networks: readonly Network[], epochs: number, seeds: number): number => {
    const trainings = networks.map((each) => train(each, epochs));
    return seeds * (rates.processStart + scheduleLength(trainings, workers));
  };
  /** Of one model: its checkpoint read, its validation error once more, and the test images through the graph that is exported. */
  const examination = (network: Network): number => {
    const work = workloadOf(network, input);
    const begin = 2 * (rates.begin.training + work.layers * rates.begin.layer);
    const evaluated = images.validation + sumOf(data.testCounts);
    return begin + (evaluated * rates.evaluationShare * stepSeconds(work, 128, rates.step)) / 128;
  };
  const ending = (networks: readonly Network[], seeds: number): number =>
    rates.processStart + seeds * networks.reduce((sum, each) => sum + examination(each), 0) + reportSeconds;
  return {
    timing,
    candidates,
    finals,
    ending,
    epoch: (network) => (train(network, 3) - train(network, 1)) / 2,
    total: (effort) => {
      const costliest = drawn
        .toSorted((a, b) => workloadOf(b, input).flops - workloadOf(a, input).flops)
        .slice(0, finalists);
      const networks = [...costliest, ...rivals];
      return (
        timing(effort.candidates + rivals.length) +
        candidates(effort) +
        finals(networks, effort.finalEpochs, effort.seeds) +
        ending(networks, effort.seeds)
      );
    },
  };
}

/** A training that was begun, as far as it came. */
export interface TimedTraining {
  readonly network: Network;
  readonly curve?: readonly { readonly seconds?: number }[];
}

/** A machine is not taken for faster than this share of what it was measured to be. */
const leastSlowness = 0.8;

/** How many times longer epochs took than was predicted: others may work on the machine. 1 where none was trained. */
export function slownessOf(
  trainings: readonly TimedTraining[],
  { epoch }: Pick<Prediction, 'epoch'>,
): number {
  let [took, predicted] = [0, 0];
  for (const { network, curve = [] } of trainings)
    for (const { seconds } of curve)
      if (seconds !== undefined) {
        took += seconds;
        predicted += epoch(network);
      }
  return predicted === 0 ? 1 : Math.max(leastSlowness, took / predicted);
}

function imagesOf({ trainCounts }: DataFacts): ImageCounts {
  const all = sumOf(trainCounts);
  const validation = Math.round(all * validationShare);
  return { train: all - validation, validation };
}
