/** Adam and AdamW as PyTorch defines them. Kingma and Ba, 2014, algorithm 1; Loshchilov and Hutter, 2017, algorithm 2. */
import { reshape, times } from './elementwise.ts';
import {
  addOne,
  assignVariable,
  constant,
  nodeOf,
  readVariable,
  type Tensor,
  type Variable,
} from './graph.ts';
import { addDecay } from './optimizer.ts';

export interface AdamOptions {
  /** Decay of the mean of gradients, and of the mean of their squares; each from 0 to below 1. */
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** What all vectors of a step have in common. */
export interface AdamStep extends AdamOptions {
  readonly learningRate: Tensor;
  /** learningRate · sqrt(1 - beta2^t) / (1 - beta1^t), with t counted from 1. */
  readonly correctedRate: Tensor;
  /** epsilon · sqrt(1 - beta2^t). */
  readonly correctedEpsilon: Tensor;
  /** Name of the node that counts the step. */
  readonly counted: string;
}

/**
 * Counts a step in `steps`, a vector of one element, and corrects the means for having started at zero.
 *
 * TensorFlow's own operation puts epsilon beside the uncorrected root. PyTorch's p -= lr / (1 - beta1^t) · m / (sqrt(v) / c + epsilon)
 * with c = sqrt(1 - beta2^t) is p -= lr · c / (1 - beta1^t) · m / (sqrt(v) + epsilon · c): the operation fed with these two.
 * Powers are taken in float64, of the betas as the operation sees them, in float32: else 1 - beta2 would be wrong in its fifth digit.
 */
export function adamStep(steps: Variable, learningRate: Tensor, options: AdamOptions): AdamStep {
  const { graph } = steps;
  const before = readVariable(steps);
  const after = combine('AddV2', before, constant(graph, [1]));
  const count = cast(reshape(after, []), 'float64');
  const [first, second] = [options.beta1, options.beta2].map((beta) => unbias(count, Math.fround(beta)));
  if (first === undefined || second === undefined) throw new Error('Adam has two decays');
  const root = addOne(graph, {
    op: 'Sqrt',
    inputs: [second],
    attributes: DOUBLE,
    shape: [],
    type: 'float64',
  });
  const rate = combine('RealDiv', combine('Mul', cast(learningRate, 'float64'), root), first);
  const epsilon = combine('Mul', constant(graph, options.epsilon, 'float64'), root);
  return {
    ...options,
    learningRate,
    correctedRate: cast(rate, 'float32'),
    correctedEpsilon: cast(epsilon, 'float32'),
    counted: assignVariable(steps, after),
  };
}

export interface AdamVariables {
  readonly parameters: Variable;
  /** Means of the gradients and of their squares; both start at zero. */
  readonly firstMoment: Variable;
  readonly secondMoment: Variable;
}

/**
 * One vector's update; the node's name. A coupled decay adds weightDecay · p to the gradient (Adam); a decoupled one takes
 * learningRate · weightDecay · p off the parameters before the update (AdamW).
 */
export function adamUpdate(
  variables: AdamVariables,
  gradient: Tensor,
  step: AdamStep,
  decay: { readonly weightDecay: number; readonly decoupled: boolean },
): string {
  const { parameters, firstMoment, secondMoment } = variables;
  const { graph } = parameters;
  const { weightDecay, decoupled } = decay;
  const shrunk = decoupled && weightDecay > 0 ? [shrink(parameters, gradient, step, weightDecay)] : [];
  const zero = constant(graph, 0);
  // Powers of zero: the operation's own corrections become factors of one.
  const inputs = [
    parameters.handle,
    firstMoment.handle,
    secondMoment.handle,
    zero,
    zero,
    step.correctedRate,
    constant(graph, step.beta1),
    constant(graph, step.beta2),
    step.correctedEpsilon,
    decoupled ? gradient : addDecay(parameters, gradient, weightDecay),
  ];
  const update = { op: 'ResourceApplyAdam', inputs, after: shrunk, attributes: FLOAT, shape: [] };
  return nodeOf(addOne(graph, update).name);
}

const FLOAT = { T: { type: 'float32' } } as const;
const DOUBLE = { T: { type: 'float64' } } as const;

/** Waits for the gradient, so that nothing of this step reads parameters that have shrunk. */
function shrink(parameters: Variable, gradient: Tensor, step: AdamStep, weightDecay: number): string {
  const { graph } = parameters;
  const factor = times(step.learningRate, constant(graph, weightDecay));
  const node = addOne(graph, {
    op: 'AssignSubVariableOp',
    inputs: [parameters.handle, times(readVariable(parameters), factor)],
    after: [gradient.name],
    attributes: { dtype: { type: 'float32' } },
    shape: [],
  });
  return node.name;
}

/** 1 - beta^count. */
function unbias(count: Tensor, beta: number): Tensor {
  const { graph } = count;
  return combine(
    'Sub',
    constant(graph, 1, 'float64'),
    combine('Pow', constant(graph, beta, 'float64'), count),
  );
}

function combine(op: 'AddV2' | 'Sub' | 'Mul' | 'RealDiv' | 'Pow', a: Tensor, b: Tensor): Tensor {
  const { graph, shape, type } = a;
  return addOne(graph, { op, inputs: [a, b], attributes: { T: { type } }, shape, type });
}

function cast(x: Tensor, type: 'float32' | 'float64'): Tensor {
  const attributes = { SrcT: { type: x.type }, DstT: { type } } as const;
  return addOne(x.graph, { op: 'Cast', inputs: [x], attributes, shape: x.shape, type });
}
