/**
 * A trained network without its batch norms: each is a factor and a summand a channel, which the convolution before it can take over.
 *
 * With running mean m and variance v: gamma · (w * x - m) / √(v + ε) + beta = (s · w) * x + (beta - s · m), where s = gamma / √(v + ε).
 */
import type { Convolution, Layer } from '@netspace/network/layer';
import { layersOf } from '@netspace/network/layers';
import { BATCH_NORM_EPSILON } from '@netspace/tensorflow/fused-batch-norm';
import { valueOf, type Model } from './model.ts';

export interface FoldedNetwork {
  /** Without batch norms; each convolution has a bias. */
  readonly layers: readonly Layer[];
  /** Weights and biases by their names. */
  readonly values: ReadonlyMap<string, Float32Array>;
}

export function foldBatchNorms({ network, input, values }: Model): FoldedNetwork {
  const folded = new Map<string, Float32Array>();
  return { layers: foldLayers(layersOf(network, input), values, folded), values: folded };
}

function foldLayers(
  layers: readonly Layer[],
  values: ReadonlyMap<string, Float32Array>,
  folded: Map<string, Float32Array>,
): Layer[] {
  return layers.flatMap((layer, i): Layer[] => {
    const next = layers[i + 1];
    switch (layer.kind) {
      case 'convolution':
        if (next?.kind !== 'batch-norm') return [keep(layer, values, folded)];
        return [foldOne(layer, next.name, values, folded)];
      case 'batch-norm':
        if (layers[i - 1]?.kind !== 'convolution')
          throw new Error(`${layer.name} does not stand behind a convolution, so it cannot be folded`);
        return [];
      case 'linear':
        return [keep(layer, values, folded)];
      case 'gate':
        return [{ ...layer, layers: foldLayers(layer.layers, values, folded) }];
      case 'residual':
        return [
          {
            ...layer,
            layers: foldLayers(layer.layers, values, folded),
            shortcut: foldLayers(layer.shortcut, values, folded),
          },
        ];
      default:
        return [layer];
    }
  });
}

function keep<T extends { readonly name: string }>(
  layer: T,
  values: ReadonlyMap<string, Float32Array>,
  folded: Map<string, Float32Array>,
): T {
  for (const name of [`${layer.name}.weight`, `${layer.name}.bias`]) folded.set(name, valueOf(values, name));
  return layer;
}

function foldOne(
  layer: Convolution,
  norm: string,
  values: ReadonlyMap<string, Float32Array>,
  folded: Map<string, Float32Array>,
): Convolution {
  const channels = ['gamma', 'beta', 'mean', 'variance'].map((what) => valueOf(values, `${norm}.${what}`));
  const scales: number[] = [];
  const bias = new Float32Array(layer.outputWidth);
  for (let channel = 0; channel < layer.outputWidth; channel++) {
    const [gamma = NaN, beta = NaN, mean = NaN, variance = NaN] = channels.map((vector) => vector[channel]);
    const scale = gamma / Math.sqrt(variance + BATCH_NORM_EPSILON);
    scales.push(scale);
    bias[channel] = beta - scale * mean;
  }
  const weight = valueOf(values, `${layer.name}.weight`);
  const scaled = weight.map((value, i) => value * (scales[i % layer.outputWidth] ?? NaN));
  folded.set(`${layer.name}.weight`, scaled);
  folded.set(`${layer.name}.bias`, bias);
  return { ...layer, bias: true };
}
