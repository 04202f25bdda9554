/** The nodes that read a training's whole state, or write it. */
import {
  afterUpdates,
  assignVariable,
  constant,
  placeholder,
  readVariable,
  type Tensor,
} from '@netspace/tensorflow/graph';
import { variableOf, type GraphPlan } from './graph-plan.ts';
import type { SizedPart } from './training-state.ts';

export interface StateTensor extends SizedPart {
  readonly tensor: Tensor;
}

/** Feed all of `fed` and fetch `written`; or fetch all of `read`. */
export interface StateNodes {
  readonly fed: readonly StateTensor[];
  readonly written: Tensor;
  readonly read: readonly StateTensor[];
}

export function addState(plan: GraphPlan): StateNodes {
  const { graph, parts } = plan;
  const fed = parts.map(({ part, size }) => ({
    part,
    size,
    tensor: placeholder(graph, `state.${part}`, [size]),
  }));
  const updates = fed.map(({ part, tensor }) => assignVariable(variableOf(plan, part), tensor));
  const written = afterUpdates(constant(graph, 1), updates, 'state.written');
  const read = parts.map(({ part, size }) => ({ part, size, tensor: readVariable(variableOf(plan, part)) }));
  return { fed, written, read };
}
