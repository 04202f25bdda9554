/** A network as nodes of a graph: each layer's record becomes the operations that compute it. */
import type { Activation, BatchNorm, Convolution, Layer, Residual } from '@netspace/network/layer';
import {
  inferenceBatchNorm,
  trainingBatchNorm,
  type BatchNormParameters,
  type TrainingBatchNorm,
} from '@netspace/tensorflow/batch-norm';
import { convolution, matrixProduct, maxPool, strided } from '@netspace/tensorflow/convolution';
import {
  add,
  addBias,
  globalMean,
  mask,
  multiply,
  relu,
  reshape,
  sigmoid,
  silu,
} from '@netspace/tensorflow/elementwise';
import type { Tensor } from '@netspace/tensorflow/graph';
import { grouped } from '@netspace/tensorflow/grouped';
import { impliedByRunning, impliedPointwise, isImpliedFaster } from '@netspace/tensorflow/implied';
import { hasKernels } from '@netspace/tensorflow/kernels';
import { normalisation, normalisedByRunning, type Normalisation } from '@netspace/tensorflow/normalisation';
import { normalisedPointwise, pointwise } from '@netspace/tensorflow/pointwise';
import { stepsOf, type LayerStep, type NormalisedStep } from './layer-steps.ts';

export interface NetworkValues {
  /** Each parameter and statistic by its name. */
  readonly values: ReadonlyMap<string, Tensor>;
  /** Normalise by the batch's statistics, and collect the running ones after it, by name. */
  readonly training: boolean;
  readonly updatedStatistics: Map<string, Tensor>;
  readonly masks?: NetworkMasks;
}

/** Factors of a training step, drawn anew for each. */
export interface NetworkMasks {
  /** [batch, width], before the linear layer. */
  readonly dropout?: Tensor;
  /** [batch, 1, 1, 1] for the branches of some blocks. */
  readonly branches: ReadonlyMap<Residual, Tensor>;
}

/** Applies layers, first to last, to a map of [batch, height, width, channel]; after a linear layer it is [batch, class]. */
export function applyLayers(layers: readonly Layer[], input: Tensor, network: NetworkValues): Tensor {
  if (!hasKernels()) return layers.reduce((x, layer) => applyLayer(layer, x, network), input);
  const isMasked = (residual: Residual): boolean => network.masks?.branches.has(residual) ?? false;
  return applySteps(stepsOf(layers, isMasked), input, network);
}

function applySteps(steps: readonly LayerStep[], input: Tensor, network: NetworkValues): Tensor {
  return steps.reduce((x, step) => applyStep(step, x, network), input);
}

function applyStep(step: LayerStep, x: Tensor, network: NetworkValues): Tensor {
  switch (step.kind) {
    case 'plain':
      return applyLayer(step.layer, x, network);
    case 'normalised':
      return applyNormalised(step, x, network);
    case 'residual': {
      const branch = applySteps(step.branch, x, network);
      return applyNormalised(step.end, branch, network, applyLayers(step.residual.shortcut, x, network));
    }
  }
}

function applyNormalised(
  { convolution: layer, norm, relu: isActivated }: NormalisedStep,
  x: Tensor,
  network: NetworkValues,
  shortcut?: Tensor,
): Tensor {
  const parameters = parametersOf(norm, network);
  const how = { relu: isActivated, ...(shortcut && { shortcut }) };
  const weight = layer && valueOf(`${layer.name}.weight`, network);
  if (!network.training) return evaluated(layer, x, weight, parameters, how);
  return updated(norm, network, trained(layer, x, weight, parameters, how));
}

/** A batch norm by the batch's own statistics, with the convolution before it, if that is one of our own. */
export function trained(
  layer: Convolution | undefined,
  x: Tensor,
  weight: Tensor | undefined,
  parameters: BatchNormParameters,
  how: Normalisation,
): TrainingBatchNorm {
  if (layer === undefined || weight === undefined) return normalisation(x, parameters, how);
  if (layer.kernel === 1) {
    const build = isImpliedFaster(layer.inputWidth, layer.outputWidth)
      ? impliedPointwise
      : normalisedPointwise;
    return build(strided(x, layer.stride), weight, parameters, how);
  }
  const { y, moments } = grouped(x, weight, layer.stride);
  return normalisation(y, parameters, { ...how, moments });
}

/** The same by the running statistics. */
function evaluated(
  layer: Convolution | undefined,
  x: Tensor,
  weight: Tensor | undefined,
  parameters: BatchNormParameters,
  how: Normalisation,
): Tensor {
  if (layer === undefined || weight === undefined) return normalisedByRunning(x, parameters, how);
  if (layer.kernel === 1) return impliedByRunning(strided(x, layer.stride), weight, parameters, how);
  return normalisedByRunning(ownConvolution(layer, x, weight), parameters, how);
}

/** By an operation of our own, where there is one. */
export function ownConvolution({ kernel, stride }: Convolution, x: Tensor, filter: Tensor): Tensor {
  return kernel > 1 ? grouped(x, filter, stride, false).y : pointwise(strided(x, stride), filter);
}

function applyLayer(layer: Layer, x: Tensor, network: NetworkValues): Tensor {
  switch (layer.kind) {
    case 'convolution': {
      const y = convolution(x, valueOf(`${layer.name}.weight`, network), layer.stride);
      return layer.bias ? addBias(y, valueOf(`${layer.name}.bias`, network)) : y;
    }
    case 'batch-norm':
      return normalise(layer, x, network);
    case 'activation':
      return activate(layer, x);
    case 'max-pool':
      return maxPool(x, layer.kernel, layer.stride);
    case 'global-pool':
      return globalMean(x);
    case 'linear': {
      const rows = masked(reshape(x, [x.shape[0] ?? -1, layer.inputWidth]), network.masks?.dropout);
      const y = matrixProduct(rows, valueOf(`${layer.name}.weight`, network));
      return addBias(y, valueOf(`${layer.name}.bias`, network));
    }
    case 'gate':
      return multiply(x, applyLayers(layer.layers, x, network));
    case 'residual': {
      const branch = masked(applyLayers(layer.layers, x, network), network.masks?.branches.get(layer));
      return add(branch, applyLayers(layer.shortcut, x, network));
    }
  }
}

function normalise(layer: BatchNorm, x: Tensor, network: NetworkValues): Tensor {
  const parameters = parametersOf(layer, network);
  if (!network.training) return inferenceBatchNorm(x, parameters);
  return updated(layer, network, trainingBatchNorm(x, parameters));
}

function parametersOf(layer: BatchNorm, network: NetworkValues): BatchNormParameters {
  const of = (what: string) => valueOf(`${layer.name}.${what}`, network);
  return { gamma: of('gamma'), beta: of('beta'), mean: of('mean'), variance: of('variance') };
}

/** Keeps the running statistics; the output. */
function updated(
  layer: BatchNorm,
  network: NetworkValues,
  { output, mean, variance }: TrainingBatchNorm,
): Tensor {
  network.updatedStatistics.set(`${layer.name}.mean`, mean);
  network.updatedStatistics.set(`${layer.name}.variance`, variance);
  return output;
}

function masked(x: Tensor, factors: Tensor | undefined): Tensor {
  return factors === undefined ? x : mask(x, factors);
}

function activate({ activation }: Activation, x: Tensor): Tensor {
  if (activation === 'relu') return relu(x);
  return activation === 'silu' ? silu(x) : sigmoid(x);
}

function valueOf(name: string, { values }: NetworkValues): Tensor {
  const value = values.get(name);
  if (value === undefined) throw new Error(`no value for ${name}`);
  return value;
}
