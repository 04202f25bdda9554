/** What all parts of a training graph are built from: the layers, the variables, and their values by the layers' names. */
import type { Layer } from '@netspace/network/layer';
import type { InputShape } from '@netspace/network/network';
import { cut, join } from '@netspace/tensorflow/elementwise';
import {
  placeholder,
  readVariable,
  type Graph,
  type Shape,
  type Tensor,
  type Variable,
} from '@netspace/tensorflow/graph';
import { parameterGroups } from './parameters.ts';
import type { Recipe } from './recipe.ts';
import { inCopy, type Learnables, type ModelCopy, type SizedPart, type StatePart } from './training-state.ts';

export interface GraphPlan extends Learnables {
  readonly graph: Graph;
  readonly input: InputShape;
  readonly recipe: Recipe;
  readonly layers: readonly Layer[];
  readonly parts: readonly SizedPart[];
  readonly variables: ReadonlyMap<StatePart, Variable>;
}

export function variableOf({ variables }: GraphPlan, part: StatePart): Variable {
  const variable = variables.get(part);
  if (variable === undefined) throw new Error(`the graph has no variable ${part}`);
  return variable;
}

/** A placeholder for `batch` images, -1 for any number. */
export function imagesOf({ graph, input }: GraphPlan, name: string, batch: number): Tensor {
  return placeholder(graph, name, [batch, input.resolution, input.resolution, input.channels]);
}

/** The vectors of weights, batch norms and biases. */
export function readParameters(plan: GraphPlan, copy: ModelCopy = 'trained'): Tensor[] {
  return parameterGroups.map((group) => readVariable(variableOf(plan, inCopy(group, copy))));
}

/** Cuts the vectors of `readParameters`, and the running statistics, into the tensors that the layers ask for, by name. */
export function valuesOf(
  plan: GraphPlan,
  vectors: readonly Tensor[],
  copy: ModelCopy = 'trained',
): Map<string, Tensor> {
  const values = new Map<string, Tensor>();
  parameterGroups.forEach((group, i) => addPieces(values, vectors[i], plan.parameters[group]));
  const statistics = plan.statistics.map(({ name, width }) => ({ name, shape: [width] }));
  addPieces(values, readVariable(variableOf(plan, inCopy('statistics', copy))), statistics);
  return values;
}

/** Statistics by name as the one vector of the state. */
export function joinStatistics({ statistics }: GraphPlan, byName: ReadonlyMap<string, Tensor>): Tensor {
  return join(
    statistics.map(({ name }) => {
      const tensor = byName.get(name);
      if (tensor === undefined) throw new Error(`no running statistics for ${name}`);
      return tensor;
    }),
  );
}

function addPieces(
  values: Map<string, Tensor>,
  vector: Tensor | undefined,
  pieces: readonly { readonly name: string; readonly shape: Shape }[],
): void {
  if (vector === undefined) return;
  const tensors = cut(
    vector,
    pieces.map(({ shape }) => shape),
  );
  tensors.forEach((tensor, i) => values.set(pieces[i]?.name ?? '', tensor));
}
