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
export type ModelPart = ParameterGroup | 'statistics';

/** The weights that are trained, or their moving average. */
export type ModelCopy = 'trained' | 'average';

export type AveragePart = `${ModelPart}Average`;

/** What only the next step reads. */
export type MemoryPart =
  `${ParameterGroup}${(typeof memories)[OptimizerKind][number]}` | 'steps' | AveragePart;

/** What an optimizer keeps of each group of parameters. Adam counts its steps as well. */
export const memories = {
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

export function statePartsOf({ parameters, statistics }: Learnables, recipe: Recipe): SizedPart[] {
  const sizes = parameterGroups.map((part) => ({
    part,
    size: parameters[part].reduce((total, { shape }) => total + sizeOf(shape), 0),
  }));
  const running = {
    part: 'statistics' as const,
    size: statistics.reduce((total, { width }) => total + width, 0),
  };
  const model = [...sizes, running];
  return [
    ...sizes,
    ...memories[recipe.optimizer].flatMap((memory) =>
      sizes.map(({ part, size }) => ({ part: `${part}${memory}` as const, size })),
    ),
    ...(recipe.optimizer === 'sgd' ? [] : [{ part: 'steps' as const, size: 1 }]),
    running,
    ...(recipe.emaAlpha > 0 ? model.map(({ part, size }) => ({ part: inCopy(part, 'average'), size })) : []),
  ];
}

/** The name of a model's part in one of its copies. */
export function inCopy<Part extends ModelPart>(part: Part, copy: ModelCopy): Part | `${Part}Average` {
  return copy === 'average' ? `${part}Average` : part;
}

/** Weights drawn from the stream, statistics of a standard normal, an optimizer that has seen nothing, an average of this alone. */
export function initialState(
  parts: readonly SizedPart[],
  { parameters, statistics }: Learnables,
  stream: Random,
): TrainingState {
  const model = {
    weights: initialValues(parameters.weights, stream),
    batchNorms: initialValues(parameters.batchNorms, stream),
    biases: initialValues(parameters.biases, stream),
    statistics: initialStatistics(statistics),
  };
  const average = Object.entries(model).map(([part, values]) => [`${part}Average`, values]);
  const begun: Readonly<Record<string, Float32Array>> = { ...model, ...Object.fromEntries(average) };
  const all = parts.map(({ part, size }) => [part, begun[part] ?? new Float32Array(size)]);
  return Object.fromEntries(all) as unknown as TrainingState;
}

/** A part that a graph of this recipe has. */
export function partOf(state: TrainingState, part: StatePart): Float32Array {
  const values = state[part];
  if (values === undefined) throw new Error(`the state has no part ${part}`);
  return values;
}
