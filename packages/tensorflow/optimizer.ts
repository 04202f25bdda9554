/** Updates of variables by their gradients. */
import { addOne, constant, nodeOf, readVariable, type Tensor, type Variable } from './graph.ts';
import { times } from './elementwise.ts';

export interface MomentumOptions {
  /** A scalar, fed at every step. */
  readonly learningRate: Tensor;
  readonly momentum: number;
  readonly nesterov: boolean;
  /** L2 added to the gradient. */
  readonly weightDecay: number;
}

/**
 * PyTorch's SGD: v = momentum · v + g, parameters -= learningRate · v (Nesterov: g + momentum · v), with g = gradient +
 * weightDecay · parameters. Returns the update's node. `velocity` starts at zero, as PyTorch's first step demands.
 */
export function momentumUpdate(
  parameters: Variable,
  velocity: Variable,
  gradient: Tensor,
  options: MomentumOptions,
): string {
  const { graph } = parameters;
  const decayed = addDecay(parameters, gradient, options.weightDecay);
  // The node has no output: a name is all there is to hold on to.
  const handle = addOne(graph, {
    op: 'ResourceApplyMomentum',
    inputs: [
      parameters.handle,
      velocity.handle,
      options.learningRate,
      decayed,
      constant(graph, options.momentum),
    ],
    attributes: { T: { type: 'float32' }, use_nesterov: { bool: options.nesterov } },
    shape: [],
  });
  return nodeOf(handle.name);
}

/** gradient + weightDecay · parameters: the gradient of an L2 penalty added. */
export function addDecay(parameters: Variable, gradient: Tensor, weightDecay: number): Tensor {
  if (weightDecay === 0) return gradient;
  return sum(gradient, times(readVariable(parameters), constant(parameters.graph, weightDecay)));
}

function sum(a: Tensor, b: Tensor): Tensor {
  return addOne(a.graph, {
    op: 'AddV2',
    inputs: [a, b],
    attributes: { T: { type: 'float32' } },
    shape: a.shape,
  });
}
