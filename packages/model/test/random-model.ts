/** Models whose every number is drawn, so that no two tensors could be taken for each other. */
import type { InputShape, Network } from '@netspace/network/network';
import { random } from '@netspace/stats/random';
import { elementsOf, modelTensors, type Model } from '../model.ts';

export const small: Network = {
  stem: { kind: 'simple', width: 8 },
  stages: [8, 16, 24, 32].map((width) => ({ depth: 1, width, stride: 2, bottleneckRatio: 1, groupWidth: 8 })),
  block: 'bottleneck',
  seRatio: 0,
  head: { width: 0 },
  activation: 'relu',
};

export function randomModel(network: Network, input: InputShape, seed = 1): Model {
  const stream = random(seed);
  const values = new Map<string, Float32Array>();
  for (const { name, shape } of modelTensors(network, input)) {
    const own = stream.fork(name);
    const fan = shape.length < 2 ? 1 : elementsOf(shape.slice(0, -1));
    const [mean, deviation] = momentsOf(name, fan);
    values.set(
      name,
      Float32Array.from({ length: elementsOf(shape) }, () => mean + deviation * own.normal()).map((value) =>
        name.endsWith('.variance') ? Math.abs(value) + 0.1 : value,
      ),
    );
  }
  const channels = Array.from({ length: input.channels }, (_, i) => i);
  return {
    network,
    input,
    classes: Array.from({ length: input.classes }, (_, i) => `class "${i}" é`),
    mean: channels.map((channel) => 100.5 + channel),
    deviation: channels.map((channel) => 60.25 + channel),
    data: { name: 'drawn', checksum: 'c0ffee' },
    values,
  };
}

/** Weights keep the size of their input, batch norms stay near the identity. */
function momentsOf(name: string, fan: number): [mean: number, deviation: number] {
  if (name.endsWith('.weight')) return [0, Math.sqrt(2 / fan)];
  if (name.endsWith('.gamma') || name.endsWith('.variance')) return [1, 0.2];
  return [0, 0.2];
}
