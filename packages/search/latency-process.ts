/**
 * What a latency process runs: forward passes of each network with batches of one image, through the graph that is exported, batch norms
 * folded. The time of a pass does not depend on what was learned, so weights are drawn.
 */
import type { InputShape, Network } from '@netspace/network/network';
import { elementsOf, modelTensors, type Model } from '@netspace/model/model';
import { openPredictor } from '@netspace/model/predictor';
import { median } from '@netspace/stats/quantile';
import { random } from '@netspace/stats/random';
import type { LatencyAnswer, LatencyOrder } from './latency.ts';
import { answer, serveCall } from './process-side.ts';

/** Passes in which the library optimises its graph and makes its kernels. */
const warmUp = 8;
const passes = 51;

serveCall<LatencyOrder>(({ networks, input }) => {
  for (const [index, network] of networks.entries())
    answer<LatencyAnswer>({ index, seconds: timePasses(network, input) });
});

/** The median: what else the machine does makes some passes longer and none shorter. */
function timePasses(network: Network, input: InputShape): number {
  const predictor = openPredictor(drawnModel(network, input));
  const images = new Float32Array(input.resolution ** 2 * input.channels).fill(127);
  const timed = Array.from({ length: warmUp + passes }, () => {
    const begun = performance.now();
    predictor.evaluate(images, 1);
    return (performance.now() - begun) / 1000;
  });
  predictor.close();
  return median(timed.slice(warmUp));
}

/** Weights keep the size of maps, so that no number becomes so small that processors slow down. */
function drawnModel(network: Network, input: InputShape): Model {
  const stream = random('latency');
  const values = modelTensors(network, input).map(({ name, shape }) => {
    const fan = shape.length < 2 ? 0 : elementsOf(shape.slice(0, -1));
    const draw = (): number => (fan === 0 ? centreOf(name) : stream.normal() * Math.sqrt(2 / fan));
    return [name, Float32Array.from({ length: elementsOf(shape) }, draw)] as const;
  });
  return {
    network,
    input,
    classes: repeated('', input.classes),
    mean: repeated(127, input.channels),
    deviation: repeated(64, input.channels),
    values: new Map(values),
  };
}

function centreOf(name: string): number {
  return name.endsWith('.gamma') || name.endsWith('.variance') ? 1 : 0;
}

function repeated<T>(value: T, count: number): T[] {
  return Array.from({ length: count }, () => value);
}
