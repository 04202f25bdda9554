/** A state as the reference computation reads it. */
import { parameterGroups } from '../parameters.ts';
import { inCopy, partOf, type Learnables, type ModelCopy, type TrainingState } from '../training-state.ts';

/** The parameters by name, in float64, kernels as PyTorch has them. */
export function namedParameters(
  graph: Learnables,
  state: TrainingState,
  copy: ModelCopy = 'trained',
): Record<string, Float64Array> {
  const values: Record<string, Float64Array> = {};
  for (const group of parameterGroups) {
    let offset = 0;
    for (const { name, shape } of graph.parameters[group]) {
      const size = shape.reduce((product, n) => product * n, 1);
      const own = Float64Array.from(partOf(state, inCopy(group, copy)).subarray(offset, offset + size));
      values[name] = shape.length === 4 ? rotated(own, shape) : own;
      offset += size;
    }
  }
  return values;
}

/** The trainer holds kernels [k, k, input, output] rotated by half a turn. */
function rotated(values: Float64Array, [kernel = 1, , from = 1, to = 1]: readonly number[]): Float64Array {
  const positions = kernel * kernel;
  const perPosition = from * to;
  return values.map((_, i) => {
    const position = positions - 1 - Math.floor(i / perPosition);
    return values[position * perPosition + (i % perPosition)] ?? NaN;
  });
}
