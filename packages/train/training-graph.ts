/**
 * A whole training step as one graph: forward, loss, backward, optimizer; and evaluation beside it, on the same variables.
 *
 * Parameters of one group are one vector, cut into tensors for the forward pass and their gradients joined again: an optimizer is
 * then one operation a group instead of one a tensor, and a checkpoint is a few arrays.
 */
import type { Layer } from '@netspace/network/layer';
import { layersOf, type BlockBuilder } from '@netspace/network/layers';
import type { InputShape, Network } from '@netspace/network/network';
import { newGraph, variable, type Graph } from '@netspace/tensorflow/graph';
import { addAverage, type AverageNodes } from './average-graph.ts';
import { addEvaluation, type EvaluationNodes } from './evaluation-graph.ts';
import type { GraphPlan } from './graph-plan.ts';
import { parametersOf, statisticsOf, type ParameterGroup } from './parameters.ts';
import { headWidth } from './noise-graph.ts';
import { addPreciseStatistics, type PreciseNodes } from './precise-graph.ts';
import type { Recipe } from './recipe.ts';
import { addState, type StateNodes } from './state-graph.ts';
import { addStep, type StepNodes } from './step-graph.ts';
import { statePartsOf, type Learnables, type ModelCopy, type SizedPart } from './training-state.ts';

export interface TrainingGraph extends Learnables {
  readonly graph: Graph;
  readonly input: InputShape;
  readonly batchSize: number;
  /** Channels before the linear layer. */
  readonly headWidth: number;
  /** The vectors of the state, in a checkpoint's order. */
  readonly parts: readonly SizedPart[];
  readonly step: StepNodes;
  readonly evaluation: EvaluationNodes;
  readonly state: StateNodes;
  /** Where the recipe asks for precise statistics. */
  readonly precise?: PreciseNodes;
  /** Where the recipe asks for an average of the weights. */
  readonly average?: AverageNodes & { readonly evaluation: EvaluationNodes; readonly precise?: PreciseNodes };
}

/** What a recipe does not ask for adds no node: neither the speed nor the bits of a training change with features that are off. */
export function buildTrainingGraph(
  network: Network,
  input: InputShape,
  recipe: Recipe,
  block?: BlockBuilder,
): TrainingGraph {
  const plan = planGraph(layersOf(network, input, block), input, recipe);
  const { graph, parameters, statistics, parts } = plan;
  const { batchSize, emaAlpha } = recipe;
  const step = addStep(plan);
  const evaluation = addEvaluation(plan);
  const state = addState(plan);
  const average = emaAlpha > 0 && {
    ...addAverage(plan),
    evaluation: addEvaluation(plan, 'average'),
    ...addPrecise(plan, 'average'),
  };
  const trained = { step, evaluation, state, ...addPrecise(plan, 'trained'), headWidth: headWidth(plan) };
  return { graph, input, batchSize, parameters, statistics, parts, ...trained, ...(average && { average }) };
}

function addPrecise(plan: GraphPlan, copy: ModelCopy): { readonly precise?: PreciseNodes } {
  return plan.recipe.preciseBatchNormImages > 0 ? { precise: addPreciseStatistics(plan, copy) } : {};
}

function planGraph(layers: readonly Layer[], input: InputShape, recipe: Recipe): GraphPlan {
  const graph = newGraph();
  const all = parametersOf(layers, recipe);
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
