/** A training that begins with a model: for the same classes it goes on, for other ones the last layer is drawn anew. */
import { networkKey } from '@netspace/network/interchange';
import type { InputShape, Network } from '@netspace/network/network';
import {
  elementsOf,
  modelTensors,
  ModelShapeError,
  stateOf,
  modelOf,
  type LearnedState,
  type Model,
} from './model.ts';

export interface Transfer {
  /** The model's values where they fit, the drawn ones elsewhere. */
  readonly state: LearnedState;
  /** Names of the tensors that stay as they were drawn. */
  readonly drawn: readonly string[];
}

/** `drawn` is the state of a network that has learned nothing, for images and classes of `input`. */
export function transfer(model: Model, network: Network, input: InputShape, drawn: LearnedState): Transfer {
  requireNetwork(model, network);
  const start = modelOf({ ...model, input }, drawn);
  const values = new Map(start.values);
  const left: string[] = [];
  for (const { name, shape } of modelTensors(network, input)) {
    const known = model.values.get(name);
    if (known?.length === elementsOf(shape)) values.set(name, known);
    else left.push(name);
  }
  return { state: stateOf({ ...start, values }), drawn: left };
}

/** Throws where the model's network differs in more than its name. */
export function requireNetwork(model: Model, network: Network): void {
  if (networkKey(model.network) !== networkKey(network))
    throw new ModelShapeError(
      'the model is of another network; train the one that netspace model info prints with --json',
    );
}
