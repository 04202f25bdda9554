/** A trained network: its shape, its weights, the classes it tells apart and how its images are normalised. */
import { layersOf } from '@netspace/network/layers';
import type { InputShape, Network } from '@netspace/network/network';
import { parametersOf, statisticsOf, type ParameterGroup } from '@netspace/train/parameters';
import type { TrainingState } from '@netspace/train/training-state';

export interface Model {
  readonly network: Network;
  readonly input: InputShape;
  /** A name for each class, in the order of the logits. */
  readonly classes: readonly string[];
  /** Mean and deviation of a pixel, a value a channel, in units of 0 to 255. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** The data set it learned from, where it is known. */
  readonly data?: { readonly name: string; readonly checksum: string };
  /** Each parameter and running statistic by its name in training: `stem.weight`, `stage1.block1.a.bn.mean`. */
  readonly values: ReadonlyMap<string, Float32Array>;
}

/** What a network has learned, as the vectors that training keeps: parameters of a group one behind the other, then the statistics. */
export type LearnedState = Readonly<Record<ParameterGroup | 'statistics', Float32Array>>;

/** One tensor of a model, as training holds it. */
export interface ModelTensor {
  readonly name: string;
  /** A convolution's weight is [k, k, input / groups, output], rotated by half a turn; a linear layer's [input, output]. */
  readonly shape: readonly number[];
  /** Where its values lie in a learned state. */
  readonly part: keyof LearnedState;
}

/** A file of a form that a model is exported to. */
export interface ModelFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A model that does not fit what is asked of it: other images, other classes, missing values. */
export class ModelShapeError extends Error {
  readonly code = 'MODEL_SHAPE';
}

/** All tensors of a model: parameters in the order of the layers, then statistics. */
export function modelTensors(network: Network, input: InputShape): ModelTensor[] {
  const layers = layersOf(network, input);
  const parameters = parametersOf(layers).map(({ name, shape, group }) => ({ name, shape, part: group }));
  const statistics = statisticsOf(layers).map(({ name, width }) => ({
    name,
    shape: [width],
    part: 'statistics' as const,
  }));
  return [...parameters, ...statistics];
}

/** Where an average was kept, it is what people take along: it is the better model. */
export function bestCopy(state: TrainingState): LearnedState {
  const { weightsAverage, batchNormsAverage, biasesAverage, statisticsAverage } = state;
  if (!weightsAverage || !batchNormsAverage || !biasesAverage || !statisticsAverage) return state;
  return {
    weights: weightsAverage,
    batchNorms: batchNormsAverage,
    biases: biasesAverage,
    statistics: statisticsAverage,
  };
}

/** Cuts a learned state into the tensors of a model. The values are copies. */
export function modelOf(about: Omit<Model, 'values'>, state: LearnedState): Model {
  const values = new Map<string, Float32Array>();
  const offsets = { weights: 0, batchNorms: 0, biases: 0, statistics: 0 };
  for (const { name, shape, part } of modelTensors(about.network, about.input)) {
    const begin = offsets[part];
    offsets[part] += elementsOf(shape);
    values.set(name, state[part].slice(begin, offsets[part]));
  }
  for (const [part, size] of Object.entries(offsets))
    if (state[part as keyof LearnedState].length !== size)
      throw new ModelShapeError(
        `the state's ${part} hold ${state[part as keyof LearnedState].length} numbers, but the network has ${size}`,
      );
  return { ...about, values };
}

/** The inverse of `modelOf`. */
export function stateOf(model: Model): LearnedState {
  const parts: Record<keyof LearnedState, Float32Array[]> = {
    weights: [],
    batchNorms: [],
    biases: [],
    statistics: [],
  };
  for (const { name, part } of modelTensors(model.network, model.input))
    parts[part].push(valueOf(model.values, name));
  return {
    weights: joined(parts.weights),
    batchNorms: joined(parts.batchNorms),
    biases: joined(parts.biases),
    statistics: joined(parts.statistics),
  };
}

export function valueOf(values: ReadonlyMap<string, Float32Array>, name: string): Float32Array {
  const value = values.get(name);
  if (value === undefined) throw new ModelShapeError(`the model has no ${name}`);
  return value;
}

export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function joined(vectors: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(vectors.reduce((size, { length }) => size + length, 0));
  let offset = 0;
  for (const vector of vectors) {
    whole.set(vector, offset);
    offset += vector.length;
  }
  return whole;
}
