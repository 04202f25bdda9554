/**
 * A whole training step as one graph: forward, loss, backward, optimizer; and evaluation beside it, on the same variables.
 *
 * Parameters of one group are one vector, cut into tensors for the forward pass and their gradients joined again: an optimizer is
 * then one operation a group instead of one a tensor, and a checkpoint is a few arrays.
 */
import { layersOf } from '@netspace/network/layers';
import type { InputShape, Network } from '@netspace/network/network';
import { newGraph, variable, type Graph } from '@netspace/tensorflow/graph';
import { addEvaluation, type EvaluationNodes } from './evaluation-graph.ts';
import type { GraphPlan } from './graph-plan.ts';
import { parametersOf, statisticsOf, type ParameterGroup } from './parameters.ts';
import type { Recipe } from './recipe.ts';
import { addState, type StateNodes } from './state-graph.ts';
import { addStep, type StepNodes } from './step-graph.ts';
import { statePartsOf, type Learnables, type SizedPart } from './training-state.ts';

export interface TrainingGraph extends Learnables {
  readonly graph: Graph;
  readonly input: InputShape;
  readonly batchSize: number;
  /** The vectors of the state, in a checkpoint's order. */
  readonly parts: readonly SizedPart[];
  readonly step: StepNodes;
  readonly evaluation: EvaluationNodes;
  readonly state: StateNodes;
}

/** What a recipe does not ask for adds no node: neither the speed nor the bits of a training change with features that are off. */
export function buildTrainingGraph(network: Network, input: InputShape, recipe: Recipe): TrainingGraph {
  const plan = planGraph(network, input, recipe);
  const { graph, parameters, statistics, parts } = plan;
  const { batchSize } = recipe;
  const step = addStep(plan);
  const evaluation = addEvaluation(plan);
  return { graph, input, batchSize, parameters, statistics, parts, step, evaluation, state: addState(plan) };
}

function planGraph(network: Network, input: InputShape, recipe: Recipe): GraphPlan {
  const graph = newGraph();
  const layers = layersOf(network, input);
  const all = parametersOf(layers);
  const ofGroup = (group: ParameterGroup) => all.filter((parameter) => parameter.group === group);
  const learnables = {
    parameters: {
      weights: ofGroup('weights'),
      batchNorms: ofGroup('batchNorms'),
      biases: ofGroup('biases'),
    },
    statistics: statisticsOf(layers),
  };
  const parts = statePartsOf(learnables, recipe);
  const variables = new Map(parts.map(({ part, size }) => [part, variable(graph, part, [size])]));
  return { graph, input, recipe, layers, ...learnables, parts, variables };
}
