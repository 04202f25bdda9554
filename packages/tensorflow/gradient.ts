/** Gradients of a graph: the tape of its steps, read backwards. */
import { addOne, type Graph, type TapeStep, type Tensor } from './graph.ts';

/**
 * The gradients of `loss` (a scalar) with respect to each of `sources`, as new nodes of the same graph.
 * A source that the loss does not depend on is an error: training it would do nothing.
 */
export function gradients(loss: Tensor, seed: Tensor, sources: readonly Tensor[]): Tensor[] {
  const graph = loss.graph;
  const needed = dependents(graph, sources);
  const arrived = new Map<string, Tensor[]>([[loss.name, [seed]]]);
  for (const step of graph.tape.toReversed()) {
    if (!step.outputs.some((output) => needed.has(output.name) && arrived.has(output.name))) continue;
    const inputGradients = readBack(step, arrived);
    step.inputs.forEach((input, i) => {
      const gradient = inputGradients[i];
      if (gradient === undefined || !needed.has(input.name)) return;
      arrived.set(input.name, [...(arrived.get(input.name) ?? []), gradient]);
    });
  }
  return sources.map((source) => {
    const gradient = total(arrived, source.name);
    if (gradient === undefined) throw new Error(`the loss does not depend on ${source.name}`);
    return gradient;
  });
}

/** The gradients to a step's inputs. What it adds to its own has no longer arrived elsewhere. */
function readBack(step: TapeStep, arrived: Map<string, Tensor[]>): readonly (Tensor | undefined)[] {
  const fromOutputs = step.outputs.map((output) => total(arrived, output.name));
  if ('backward' in step) return step.backward(...fromOutputs);
  const first = step.inputs[0]?.name ?? '';
  const before = total(arrived, first);
  arrived.delete(first);
  return step.backwardOnto(before, ...fromOutputs);
}

/** Names of all tensors that depend on a source, the sources included. Gradients flow to no other. */
export function dependents(graph: Graph, sources: readonly Tensor[]): ReadonlySet<string> {
  const names = new Set(sources.map((source) => source.name));
  for (const step of graph.tape)
    if (step.inputs.some((input) => names.has(input.name)))
      for (const output of step.outputs) names.add(output.name);
  return names;
}

function total(arrived: Map<string, Tensor[]>, name: string): Tensor | undefined {
  const parts = arrived.get(name);
  const [first] = parts ?? [];
  if (parts === undefined || first === undefined || parts.length === 1) return first;
  const sum = addOne(first.graph, {
    op: 'AddN',
    inputs: parts,
    attributes: { N: { int: parts.length }, T: { type: first.type } },
    shape: first.shape,
  });
  arrived.set(name, [sum]);
  return sum;
}
