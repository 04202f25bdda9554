/** How long a search will take on a machine whose rates are known. */
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
  finalSeeds,
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

/**
 * Expected seconds of a search by its effort. Networks are those that it would train but for a limit of latency; that three of them are
 * the costliest is the worst case of the finals.
 */
export function predictSeconds(
  request: SearchRequest,
  data: DataFacts,
  rates: MachineRates,
  workers: number,
): (effort: Effort) => number {
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
  const train = (network: Network, epochs: number, whole: number): number => {
    const recipe = searchRecipe(request.recipe, whole, { train: images.train, resolution: input.resolution });
    return trainingSeconds(workloadOf(network, input), { ...recipe, epochs }, images, rates);
  };
  return ({ candidates, epochs, finalEpochs }) => {
    const halved = expectedEpochs(epochs, { done: 0, rung: 0 }, halvingOf(epochs));
    const first = drawn.slice(0, candidates).map((network) => train(network, halved, epochs));
    const costliest = drawn
      .toSorted((a, b) => workloadOf(b, input).flops - workloadOf(a, input).flops)
      .slice(0, finalists);
    const last = [...costliest, ...rivals].flatMap((network) => {
      const seconds = train(network, finalEpochs, finalEpochs) + examination(network);
      return Array.from({ length: finalSeeds }, () => seconds);
    });
    const timing = latencySeconds * (candidates + rivals.length);
    return timing + scheduleLength(first, workers) + scheduleLength(last, workers) + 3 * rates.processStart;
  };

  function examination(network: Network): number {
    const step = stepSeconds(workloadOf(network, input), 128, rates.step);
    return (sumOf(data.testCounts) * rates.evaluationShare * step) / 128;
  }
}

function imagesOf({ trainCounts }: DataFacts): ImageCounts {
  const all = sumOf(trainCounts);
  const validation = Math.round(all * validationShare);
  return { train: all - validation, validation };
}
