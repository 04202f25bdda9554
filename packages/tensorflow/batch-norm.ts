/** Batch normalisation, with the running statistics as PyTorch keeps them. */
import { minus, plus, scaled, viewed } from './arithmetic.ts';
import {
  fusedBatchNorm,
  fusedGradient,
  BATCH_NORM_MOMENTUM,
  movingBatchNorm,
  type Statistics,
} from './fused-batch-norm.ts';
import { record, type Tensor } from './graph.ts';
import {
  chooseForm,
  mergedAffine,
  mergedGradient,
  mergedStatistics,
  type BatchNormForm,
} from './merged-batch-norm.ts';
import { firstOf, mergeMap, repeat, type MergedMap } from './merged-map.ts';
import { hasAvx512 } from '@netspace/tensorflow/processor';

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

/** Normalises by the batch's own statistics. The form is a matter of speed alone. */
export function trainingBatchNorm(
  x: Tensor,
  parameters: BatchNormParameters,
  form: BatchNormForm = chooseForm(x.shape, hasAvx512()),
): TrainingBatchNorm {
  const { gamma, beta } = parameters;
  if (form !== 'plain') return mergedBatchNorm(x, parameters, form);
  const { output, running, saved } = movingBatchNorm(x, parameters, parameters);
  record({
    inputs: [x, gamma, beta],
    outputs: [output],
    backward: (dy) => (dy === undefined ? [] : fusedGradient(dy, x, gamma, saved)),
  });
  return { output, ...running };
}

/** Normalises by the running statistics. No gradient. */
export function inferenceBatchNorm(x: Tensor, parameters: BatchNormParameters): Tensor {
  return fusedBatchNorm(x, parameters).output;
}

function mergedBatchNorm(
  x: Tensor,
  parameters: BatchNormParameters,
  form: Exclude<BatchNormForm, 'plain'>,
): TrainingBatchNorm {
  const { gamma, beta } = parameters;
  const map = mergeMap(x);
  const wide = mergedStatistics(map, form);
  const affine = { gamma: repeat(map, gamma), beta: repeat(map, beta) };
  const output = viewed(mergedAffine(map, wide, affine, form), x.shape);
  const batch = { mean: firstOf(map, wide.mean), variance: firstOf(map, wide.variance) };
  const backward = (dy: Tensor) =>
    // The kernel of the gradient is fast with all multiples of 8.
    map.channels % 8 === 0 ? fusedGradient(dy, x, gamma, batch) : mergedGradient(map, dy, gamma, wide, form);
  record({ inputs: [x, gamma, beta], outputs: [output], backward: (dy) => (dy ? backward(dy) : []) });
  return { output, ...moved(parameters, batch, map) };
}

/** The running statistics after a batch; their variance is that of a sample. */
function moved(running: Statistics, batch: Statistics, { pixels }: MergedMap): Statistics {
  return {
    mean: towards(running.mean, batch.mean),
    variance: towards(running.variance, scaled(batch.variance, pixels / (pixels - 1))),
  };
}

function towards(old: Tensor, next: Tensor): Tensor {
  return plus(old, scaled(minus(next, old), BATCH_NORM_MOMENTUM));
}
