/** Batch normalisation, with the running statistics as PyTorch keeps them. */
import { addNode, record, type Tensor } from './graph.ts';

/** Added to a variance before its root is taken: the same as PyTorch's and pycls' default. */
export const BATCH_NORM_EPSILON = 1e-5;
/** Weight of the new batch in the running statistics: PyTorch's momentum. */
const MOMENTUM = 0.1;

export interface BatchNormParameters {
  /** Each of [channel]. */
  readonly gamma: Tensor;
  readonly beta: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
}

export interface TrainingBatchNorm {
  readonly output: Tensor;
  /** Running mean and (unbiased) variance after this batch, each of [channel]. */
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** Normalises by the batch's own statistics. */
export function trainingBatchNorm(x: Tensor, parameters: BatchNormParameters): TrainingBatchNorm {
  const { gamma, beta } = parameters;
  const [output, mean, variance, ...reserves] = fused(x, parameters, true);
  if (output === undefined || mean === undefined || variance === undefined)
    throw new Error('FusedBatchNormV3 has six outputs');
  record({
    inputs: [x, gamma, beta],
    outputs: [output],
    backward: (dy) => (dy === undefined ? [] : backward(dy, x, gamma, reserves)),
  });
  return { output, mean, variance };
}

/** Normalises by the running statistics. No gradient. */
export function inferenceBatchNorm(x: Tensor, parameters: BatchNormParameters): Tensor {
  const [output] = fused(x, parameters, false);
  if (output === undefined) throw new Error('FusedBatchNormV3 has six outputs');
  return output;
}

function fused(x: Tensor, { gamma, beta, mean, variance }: BatchNormParameters, training: boolean): Tensor[] {
  const channels = { shape: gamma.shape, type: 'float32' } as const;
  return addNode(x.graph, {
    op: 'FusedBatchNormV3',
    inputs: [x, gamma, beta, mean, variance],
    attributes: {
      T: { type: 'float32' },
      U: { type: 'float32' },
      epsilon: { float: BATCH_NORM_EPSILON },
      exponential_avg_factor: { float: training ? MOMENTUM : 1 },
      is_training: { bool: training },
    },
    outputs: [
      { shape: x.shape, type: 'float32' },
      channels,
      channels,
      channels,
      channels,
      { shape: [], type: 'float32' },
    ],
  });
}

function backward(dy: Tensor, x: Tensor, gamma: Tensor, reserves: readonly Tensor[]): Tensor[] {
  const channels = { shape: gamma.shape, type: 'float32' } as const;
  return addNode(x.graph, {
    op: 'FusedBatchNormGradV3',
    inputs: [dy, x, gamma, ...reserves],
    attributes: {
      T: { type: 'float32' },
      U: { type: 'float32' },
      epsilon: { float: BATCH_NORM_EPSILON },
      is_training: { bool: true },
    },
    outputs: [{ shape: x.shape, type: 'float32' }, channels, channels, channels, channels],
  }).slice(0, 3);
}
