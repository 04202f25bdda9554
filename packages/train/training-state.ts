/**
 * The vectors that are a network's state between two steps: what it has learned, and the optimizer's memory.
 *
 * Which there are depends on the recipe; their order is that of a checkpoint.
 */
import type { Random } from '@netspace/stats/random';
import { sizeOf } from '@netspace/tensorflow/graph';
import {
  initialStatistics,
  initialValues,
  parameterGroups,
  type Parameter,
  type ParameterGroup,
  type Statistic,
} from './parameters.ts';
import type { OptimizerKind, Recipe } from './recipe.ts';

/** What an evaluation reads. */
type ModelPart = ParameterGroup | 'statistics';

/** What only the next step reads. */
type MemoryPart = `${ParameterGroup}${(typeof memories)[OptimizerKind][number]}` | 'steps';

/** What an optimizer keeps of each group of parameters. Adam counts its steps as well. */
const memories = {
  sgd: ['Velocity'],
  adam: ['FirstMoment', 'SecondMoment'],
  adamw: ['FirstMoment', 'SecondMoment'],
} as const satisfies Record<OptimizerKind, readonly string[]>;

export type StatePart = ModelPart | MemoryPart;

/** All that a network has learned, and the optimizer's memory. */
export type TrainingState = Readonly<Record<ModelPart, Float32Array>> &
  Readonly<Partial<Record<MemoryPart, Float32Array>>>;

export interface SizedPart {
  readonly part: StatePart;
  /** Elements of the vector. */
  readonly size: number;
}

/** What of a network learns. */
export interface Learnables {
  readonly parameters: Readonly<Record<ParameterGroup, readonly Parameter[]>>;
  readonly statistics: readonly Statistic[];
}

export function statePartsOf({ parameters, statistics }: Learnables, { optimizer }: Recipe): SizedPart[] {
  const sizes = parameterGroups.map((group) => ({
    group,
    size: parameters[group].reduce((total, { shape }) => total + sizeOf(shape), 0),
  }));
  return [
    ...sizes.map(({ group, size }) => ({ part: group, size })),
    ...memories[optimizer].flatMap((memory) =>
      sizes.map(({ group, size }) => ({ part: `${group}${memory}` as const, size })),
    ),
    ...(optimizer === 'sgd' ? [] : [{ part: 'steps' as const, size: 1 }]),
    { part: 'statistics', size: statistics.reduce((total, { width }) => total + width, 0) },
  ];
}

/** Weights drawn from the stream, statistics of a standard normal, an optimizer that has seen nothing. */
export function initialState(
  parts: readonly SizedPart[],
  { parameters, statistics }: Learnables,
  stream: Random,
): TrainingState {
  const memory = parts.map(({ part, size }) => [part, new Float32Array(size)] as const);
  return {
    ...Object.fromEntries(memory),
    weights: initialValues(parameters.weights, stream),
    batchNorms: initialValues(parameters.batchNorms, stream),
    biases: initialValues(parameters.biases, stream),
    statistics: initialStatistics(statistics),
  };
}

/** A part that a graph of this recipe has. */
export function partOf(state: TrainingState, part: StatePart): Float32Array {
  const values = state[part];
  if (values === undefined) throw new Error(`the state has no part ${part}`);
  return values;
}
