/** Flops, parameters and activations of a network, counted from its layers; no model is built. */
import type { Layer } from './layer.ts';
import { layersOf } from './layers.ts';
import type { InputShape, Network } from './network.ts';

export interface Complexity {
  /** Multiply-adds of one forward pass of one image. */
  readonly flops: number;
  readonly params: number;
  /** Output elements of convolution, max-pool and linear layers. */
  readonly activations: number;
}

/** A network too large to be counted exactly. */
export class ComplexityError extends Error {
  readonly code = 'COMPLEXITY';
}

/** Exact whole numbers; a count beyond 2^53 is an error. */
export function countComplexity(network: Network, input: InputShape): Complexity {
  const count = { flops: 0, params: 0, activations: 0 };
  countLayers(layersOf(network, input), input.resolution, count);
  for (const [name, value] of Object.entries(count))
    if (!Number.isSafeInteger(value))
      throw new ComplexityError(`${name} of this network are not a whole number below 2^53; make it smaller`);
  return count;
}

type Count = { -readonly [K in keyof Complexity]: Complexity[K] };

/** Adds the layers' counts; returns the height and width of their output. */
function countLayers(layers: readonly Layer[], resolution: number, count: Count): number {
  return layers.reduce((side, layer) => countLayer(layer, side, count), resolution);
}

function countLayer(layer: Layer, side: number, count: Count): number {
  switch (layer.kind) {
    case 'convolution': {
      const output = afterStride(side, layer.stride);
      const positions = output * output;
      const weights = (layer.kernel ** 2 * layer.inputWidth * layer.outputWidth) / layer.groups;
      const bias = layer.bias ? layer.outputWidth : 0;
      count.flops += (weights + bias) * positions;
      count.params += weights + bias;
      count.activations += layer.outputWidth * positions;
      return output;
    }
    case 'batch-norm':
      count.params += 2 * layer.width;
      return side;
    case 'max-pool': {
      const output = afterStride(side, layer.stride);
      count.activations += layer.width * output * output;
      return output;
    }
    case 'linear': {
      const weights = (layer.inputWidth + 1) * layer.outputWidth;
      count.flops += weights;
      count.params += weights;
      count.activations += layer.outputWidth;
      return side;
    }
    case 'global-pool':
      return 1;
    case 'activation':
      return side;
    case 'gate':
      countLayers(layer.layers, side, count);
      return side;
    case 'residual':
      countLayers(layer.shortcut, side, count);
      return countLayers(layer.layers, side, count);
  }
}

/** Height and width after an odd kernel with padding (k - 1) / 2. */
function afterStride(side: number, stride: number): number {
  return Math.floor((side - 1) / stride) + 1;
}
