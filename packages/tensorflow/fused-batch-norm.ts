/** TensorFlow's fused batch norm and its gradient, as nodes. */
import { addNode, constant, type Tensor } from './graph.ts';

/** Added to a variance before its root is taken: the same as PyTorch's and pycls' default. */
export const BATCH_NORM_EPSILON = 1e-5;
/** Weight of the new batch in the running statistics: PyTorch's momentum. */
export const BATCH_NORM_MOMENTUM = 0.1;

/** Each of [channel]. */
export interface Statistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

export interface FusedBatchNorm {
  readonly output: Tensor;
  /** Running mean and (unbiased) variance after this batch; the given ones where the batch's are not used. */
  readonly running: Statistics;
  /** Of the batch itself, the variance biased: what the gradient asks for. */
  readonly saved: Statistics;
}

export interface BatchNormParameters {
  readonly gamma: Tensor;
  readonly beta: Tensor;
}

/** By the batch's own statistics, unless mean and variance are given. */
export function fusedBatchNorm(
  x: Tensor,
  parameters: BatchNormParameters & Partial<Statistics>,
): FusedBatchNorm {
  const { mean, variance } = parameters;
  const isTraining = mean === undefined || variance === undefined;
  const none = constant(x.graph, [], 'float32', [0]);
  return build(x, parameters, { mean: mean ?? none, variance: variance ?? none }, isTraining, 1);
}

/** By the batch's own statistics, which also move the running ones. */
export function movingBatchNorm(
  x: Tensor,
  parameters: BatchNormParameters,
  running: Statistics,
): FusedBatchNorm {
  return build(x, parameters, running, true, BATCH_NORM_MOMENTUM);
}

function build(
  x: Tensor,
  { gamma, beta }: BatchNormParameters,
  given: Statistics,
  isTraining: boolean,
  weight: number,
): FusedBatchNorm {
  const channels = { shape: gamma.shape, type: 'float32' } as const;
  const [output, mean, variance, savedMean, savedVariance] = addNode(x.graph, {
    op: 'FusedBatchNormV3',
    inputs: [x, gamma, beta, given.mean, given.variance],
    attributes: {
      T: { type: 'float32' },
      U: { type: 'float32' },
      epsilon: { float: BATCH_NORM_EPSILON },
      exponential_avg_factor: { float: weight },
      is_training: { bool: isTraining },
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
  if (!output || !mean || !variance || !savedMean || !savedVariance)
    throw new Error('FusedBatchNormV3 has six outputs');
  return { output, running: { mean, variance }, saved: { mean: savedMean, variance: savedVariance } };
}

/** The gradient to x, gamma and beta, by the statistics of the batch. */
export function fusedGradient(
  dy: Tensor,
  x: Tensor,
  gamma: Tensor,
  { mean, variance }: Statistics,
): readonly [toX: Tensor, toGamma: Tensor, toBeta: Tensor] {
  const channels = { shape: gamma.shape, type: 'float32' } as const;
  const [toX, toGamma, toBeta] = addNode(x.graph, {
    op: 'FusedBatchNormGradV3',
    inputs: [dy, x, gamma, mean, variance, constant(x.graph, 0)],
    attributes: {
      T: { type: 'float32' },
      U: { type: 'float32' },
      epsilon: { float: BATCH_NORM_EPSILON },
      is_training: { bool: true },
    },
    outputs: [{ shape: x.shape, type: 'float32' }, channels, channels, channels, channels],
  });
  if (!toX || !toGamma || !toBeta) throw new Error('FusedBatchNormGradV3 has five outputs');
  return [toX, toGamma, toBeta];
}
