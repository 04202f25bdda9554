/** The nodes that move the average of a model towards the weights that are trained. */
import { times } from '@netspace/tensorflow/elementwise';
import {
  addOne,
  afterUpdates,
  assignVariable,
  constant,
  placeholder,
  readVariable,
  type Tensor,
} from '@netspace/tensorflow/graph';
import { variableOf, type GraphPlan } from './graph-plan.ts';
import { parameterGroups } from './parameters.ts';
import { inCopy } from './training-state.ts';

/** Feed `alpha`, from 0 to 1, and fetch `updated`. */
export interface AverageNodes {
  readonly alpha: Tensor;
  readonly updated: Tensor;
}

/** average = (1 - alpha) · average + alpha · model, of parameters and running statistics, as pycls; 1 is a plain copy. */
export function addAverage(plan: GraphPlan): AverageNodes {
  const { graph } = plan;
  const alpha = placeholder(graph, 'average.alpha', []);
  const rest = combine('Sub', constant(graph, 1), alpha);
  const updates = [...parameterGroups, 'statistics' as const].map((part) => {
    const average = variableOf(plan, inCopy(part, 'average'));
    const kept = times(readVariable(average), rest);
    const added = times(readVariable(variableOf(plan, part)), alpha);
    return assignVariable(average, combine('AddV2', kept, added));
  });
  return { alpha, updated: afterUpdates(alpha, updates, 'average.updated') };
}

function combine(op: 'AddV2' | 'Sub', a: Tensor, b: Tensor): Tensor {
  return addOne(a.graph, { op, inputs: [a, b], attributes: { T: { type: 'float32' } }, shape: a.shape });
}
