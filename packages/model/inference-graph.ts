/**
 * A trained network as a graph for use: pixels of 0 to 255 in, logits and probabilities out, weights as constants.
 *
 * Batch norms are folded into the convolutions: fewer operations, which browsers feel most, and none that a running mean is needed for.
 * Maps are held rotated by half a turn, as in training.
 */
import type { Activation, Layer } from '@netspace/network/layer';
import { matrixProduct, maxPool, rotate } from '@netspace/tensorflow/convolution';
import {
  add,
  addBias,
  globalMean,
  multiply,
  relu,
  reshape,
  sigmoid,
  silu,
} from '@netspace/tensorflow/elementwise';
import { addOne, newGraph, placeholder, type Graph, type Tensor } from '@netspace/tensorflow/graph';
import { foldBatchNorms, type FoldedNetwork } from './fold.ts';
import { applyConvolution, stored, type GroupForm } from './inference-convolution.ts';
import { valueOf, type Model } from './model.ts';

export interface InferenceGraph {
  readonly graph: Graph;
  /** [batch, height, width, channel], pixels of 0 to 255. */
  readonly images: Tensor;
  /** [batch, class] */
  readonly logits: Tensor;
  readonly probabilities: Tensor;
}

export function buildInferenceGraph(model: Model, form: GroupForm): InferenceGraph {
  const { resolution, channels } = model.input;
  const graph = newGraph();
  const images = placeholder(graph, 'images', [-1, resolution, resolution, channels]);
  const folded = foldBatchNorms(model);
  const last = folded.layers.reduce(
    (x, layer) => applyLayer(layer, x, folded, form),
    rotate(normalise(images, model)),
  );
  const logits = named('Identity', 'logits', last);
  return { graph, images, logits, probabilities: named('Softmax', 'probabilities', logits) };
}

/** (pixel - mean) / deviation; a channel without any spread is only centred. */
function normalise(images: Tensor, { mean, deviation }: Model): Tensor {
  const { graph, shape } = images;
  const factors = deviation.map((spread) => (spread > 0 ? 1 / spread : 1));
  const centred = addOne(graph, {
    op: 'Sub',
    inputs: [images, stored(graph, 'mean', Float32Array.from(mean), [mean.length])],
    attributes: { T: { type: 'float32' } },
    shape,
  });
  const factor = stored(graph, 'inverse_deviation', Float32Array.from(factors), [factors.length]);
  return addOne(graph, {
    op: 'Mul',
    inputs: [centred, factor],
    attributes: { T: { type: 'float32' } },
    shape,
  });
}

function applyLayer(layer: Layer, x: Tensor, folded: FoldedNetwork, form: GroupForm): Tensor {
  const apply = (layers: readonly Layer[]) =>
    layers.reduce((y, inner) => applyLayer(inner, y, folded, form), x);
  switch (layer.kind) {
    case 'convolution': {
      const weight = valueOf(folded.values, `${layer.name}.weight`);
      const bias = valueOf(folded.values, `${layer.name}.bias`);
      return applyConvolution(layer, x, { weight, bias }, form);
    }
    case 'batch-norm':
      throw new Error(`${layer.name} has not been folded`);
    case 'activation':
      return activate(layer, x);
    case 'max-pool':
      return maxPool(x, layer.kernel, layer.stride);
    case 'global-pool':
      return globalMean(x);
    case 'linear': {
      const { name, inputWidth, outputWidth } = layer;
      const value = (what: string, shape: readonly number[]) =>
        stored(x.graph, `${name}.${what}`, valueOf(folded.values, `${name}.${what}`), shape);
      const rows = reshape(x, [-1, inputWidth]);
      const y = matrixProduct(rows, value('weight', [inputWidth, outputWidth]));
      return addBias(y, value('bias', [outputWidth]));
    }
    case 'gate':
      return multiply(x, apply(layer.layers));
    case 'residual':
      return add(apply(layer.layers), apply(layer.shortcut));
  }
}

function activate({ activation }: Activation, x: Tensor): Tensor {
  if (activation === 'relu') return relu(x);
  return activation === 'silu' ? silu(x) : sigmoid(x);
}

function named(op: 'Identity' | 'Softmax', name: string, x: Tensor): Tensor {
  return addOne(x.graph, { op, name, inputs: [x], attributes: { T: { type: 'float32' } }, shape: x.shape });
}
