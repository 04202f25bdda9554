/**
 * A whole training step as one graph: forward, loss, backward, optimizer; and evaluation beside it, on the same variables.
 *
 * Parameters of one group are one vector, cut into tensors for the forward pass and their gradients joined again: an optimizer is
 * then one operation a group instead of one a tensor, and a checkpoint is a few arrays.
 */
import { layersOf } from '@netspace/network/layers';
import type { InputShape, Network } from '@netspace/network/network';
import { rotate } from '@netspace/tensorflow/convolution';
import { cut, join } from '@netspace/tensorflow/elementwise';
import { gradients } from '@netspace/tensorflow/gradient';
import {
  afterUpdates,
  assignVariable,
  constant,
  newGraph,
  placeholder,
  readVariable,
  sizeOf,
  variable,
  type Graph,
  type Tensor,
  type Variable,
} from '@netspace/tensorflow/graph';
import { crossEntropy } from '@netspace/tensorflow/loss';
import { momentumUpdate } from '@netspace/tensorflow/optimizer';
import { applyLayers } from './network-graph.ts';
import {
  parametersOf,
  statisticsOf,
  type Parameter,
  type ParameterGroup,
  type Statistic,
} from './parameters.ts';
import type { Recipe } from './recipe.ts';

/** The vectors that are a network's state between two steps, in this order. */
export const stateParts = [
  'weights',
  'batchNorms',
  'biases',
  'weightsVelocity',
  'batchNormsVelocity',
  'biasesVelocity',
  'statistics',
] as const;
export type StatePart = (typeof stateParts)[number];

export interface TrainingGraph {
  readonly graph: Graph;
  readonly input: InputShape;
  readonly batchSize: number;
  readonly parameters: Readonly<Record<ParameterGroup, readonly Parameter[]>>;
  readonly statistics: readonly Statistic[];
  readonly sizes: Readonly<Record<StatePart, number>>;
  /** One step: images [batch, height, width, channel], labels [batch], the rate; fetch loss (mean of the batch) and logits. */
  readonly step: {
    readonly images: Tensor;
    readonly labels: Tensor;
    readonly learningRate: Tensor;
    readonly loss: Tensor;
    readonly logits: Tensor;
  };
  /** Evaluation of any number of images. */
  readonly evaluation: { readonly images: Tensor; readonly logits: Tensor };
  /** Feed every part and fetch `written`; or fetch the parts of `read`. */
  readonly state: {
    readonly parts: Readonly<Record<StatePart, Tensor>>;
    readonly written: Tensor;
    readonly read: readonly Tensor[];
  };
}

type Variables = Readonly<Record<StatePart, Variable>>;

const groups = ['weights', 'batchNorms', 'biases'] as const;

export function buildTrainingGraph(network: Network, input: InputShape, recipe: Recipe): TrainingGraph {
  const graph = newGraph();
  const layers = layersOf(network, input);
  const all = parametersOf(layers);
  const ofGroup = (group: ParameterGroup) => all.filter((parameter) => parameter.group === group);
  const parameters = {
    weights: ofGroup('weights'),
    batchNorms: ofGroup('batchNorms'),
    biases: ofGroup('biases'),
  };
  const statistics = statisticsOf(layers);
  const sizes = sizesOf(parameters, statistics);
  const variables = Object.fromEntries(
    stateParts.map((part) => [part, variable(graph, part, [sizes[part]])]),
  ) as Variables;
  const plan = { graph, layers, parameters, statistics, variables, input };
  return {
    graph,
    input,
    batchSize: recipe.batchSize,
    parameters,
    statistics,
    sizes,
    step: addStep(plan, recipe),
    evaluation: addEvaluation(plan),
    state: addState(graph, variables, sizes),
  };
}

interface GraphPlan extends Pick<TrainingGraph, 'graph' | 'parameters' | 'statistics' | 'input'> {
  readonly layers: ReturnType<typeof layersOf>;
  readonly variables: Variables;
}

function addStep(plan: GraphPlan, recipe: Recipe): TrainingGraph['step'] {
  const { graph, input, layers, variables } = plan;
  const { batchSize } = recipe;
  const images = imagesOf(plan, 'step.images', batchSize);
  const labels = placeholder(graph, 'step.labels', [batchSize], 'int32');
  const learningRate = placeholder(graph, 'step.learningRate', []);
  const vectors = groups.map((group) => readVariable(variables[group]));
  const updatedStatistics = new Map<string, Tensor>();
  const values = valuesOf(plan, vectors);
  const logits = applyLayers(layers, rotate(images), { values, training: true, updatedStatistics });
  if (logits.shape[1] !== input.classes) throw new Error('the last layer does not yield one logit a class');
  const loss = crossEntropy(logits, labels, recipe.labelSmoothing);
  const decays = [recipe.weightDecay, recipe.batchNormWeightDecay, recipe.biasWeightDecay];
  const updates = gradients(loss, constant(graph, 1), vectors).map((gradient, i) => {
    const group = groups[i] ?? 'weights';
    return momentumUpdate(variables[group], variables[`${group}Velocity`], gradient, {
      learningRate,
      momentum: recipe.momentum,
      nesterov: recipe.nesterov,
      weightDecay: decays[i] ?? 0,
    });
  });
  const after = plan.statistics.map(({ name }) => found(updatedStatistics, name));
  updates.push(assignVariable(variables.statistics, join(after)));
  return { images, labels, learningRate, loss: afterUpdates(loss, updates, 'step.loss'), logits };
}

function addEvaluation(plan: GraphPlan): TrainingGraph['evaluation'] {
  const { layers, variables } = plan;
  const images = imagesOf(plan, 'evaluation.images', -1);
  const vectors = groups.map((group) => readVariable(variables[group]));
  const values = valuesOf(plan, vectors);
  const logits = applyLayers(layers, rotate(images), {
    values,
    training: false,
    updatedStatistics: new Map(),
  });
  return { images, logits };
}

function addState(
  graph: Graph,
  variables: Variables,
  sizes: Readonly<Record<StatePart, number>>,
): TrainingGraph['state'] {
  const parts = Object.fromEntries(
    stateParts.map((part) => [part, placeholder(graph, `state.${part}`, [sizes[part]])]),
  ) as Record<StatePart, Tensor>;
  const updates = stateParts.map((part) => assignVariable(variables[part], parts[part]));
  return {
    parts,
    written: afterUpdates(constant(graph, 1), updates, 'state.written'),
    read: stateParts.map((part) => readVariable(variables[part])),
  };
}

function imagesOf({ graph, input }: GraphPlan, name: string, batch: number): Tensor {
  return placeholder(graph, name, [batch, input.resolution, input.resolution, input.channels]);
}

/** Cuts the vectors into the tensors that the layers ask for, by name. */
function valuesOf(plan: GraphPlan, vectors: readonly Tensor[]): Map<string, Tensor> {
  const values = new Map<string, Tensor>();
  groups.forEach((group, i) => {
    const vector = vectors[i];
    if (vector === undefined) return;
    const parameters = plan.parameters[group];
    cut(
      vector,
      parameters.map(({ shape }) => shape),
    ).forEach((tensor, k) => values.set(parameters[k]?.name ?? '', tensor));
  });
  cut(
    readVariable(plan.variables.statistics),
    plan.statistics.map(({ width }) => [width]),
  ).forEach((tensor, k) => values.set(plan.statistics[k]?.name ?? '', tensor));
  return values;
}

function sizesOf(
  parameters: TrainingGraph['parameters'],
  statistics: readonly Statistic[],
): Record<StatePart, number> {
  const size = (group: ParameterGroup) =>
    parameters[group].reduce((total, { shape }) => total + sizeOf(shape), 0);
  return {
    weights: size('weights'),
    batchNorms: size('batchNorms'),
    biases: size('biases'),
    weightsVelocity: size('weights'),
    batchNormsVelocity: size('batchNorms'),
    biasesVelocity: size('biases'),
    statistics: statistics.reduce((total, { width }) => total + width, 0),
  };
}

function found(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new Error(`no running statistics for ${name}`);
  return tensor;
}
