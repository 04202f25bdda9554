/** Arithmetic of tensors of one shape (or with a scalar or a vector of channels) that has no place on the tape. */
import { times } from './elementwise.ts';
import { BATCH_NORM_EPSILON } from './fused-batch-norm.ts';
import { addOne, constant, type Shape, type Tensor } from './graph.ts';

const FLOAT = { T: { type: 'float32' } } as const;

export function plus(a: Tensor, b: Tensor): Tensor {
  return binary('AddV2', a, b);
}

export function minus(a: Tensor, b: Tensor): Tensor {
  return binary('Sub', a, b);
}

export function squaredDifference(a: Tensor, b: Tensor): Tensor {
  return binary('SquaredDifference', a, b);
}

export function scaled(x: Tensor, factor: number): Tensor {
  return times(x, constant(x.graph, factor));
}

/** 1 / sqrt(variance + epsilon), of batch norms. */
export function inverseDeviation(variance: Tensor): Tensor {
  const shifted = plus(variance, constant(variance.graph, BATCH_NORM_EPSILON));
  return addOne(variance.graph, { op: 'Rsqrt', inputs: [shifted], attributes: FLOAT, shape: variance.shape });
}

/** Sums over all dimensions but the last. */
export function channelSums(x: Tensor): Tensor {
  return addOne(x.graph, { op: 'BiasAddGrad', inputs: [x], attributes: FLOAT, shape: [x.shape.at(-1) ?? 1] });
}

/** The same elements in another shape. */
export function viewed(x: Tensor, shape: Shape): Tensor {
  return addOne(x.graph, {
    op: 'Reshape',
    inputs: [x, constant(x.graph, shape, 'int32')],
    attributes: { ...FLOAT, Tshape: { type: 'int32' } },
    shape,
  });
}

function binary(op: string, a: Tensor, b: Tensor): Tensor {
  return addOne(a.graph, { op, inputs: [a, b], attributes: FLOAT, shape: a.shape });
}
