/** Numbers that TypeScript and test/pytorch/steps.py make alike, bit for bit: a hash of whole numbers, so nothing has to be handed over. */
import type { InputShape } from '@netspace/network/network';
import { sizeOf } from '@netspace/tensorflow/graph';
import { parameterGroups, type Parameter, type ParameterGroup } from '../parameters.ts';
import type { Learnables, TrainingState } from '../training-state.ts';

/** Uniform on [-0.5, 0.5), multiples of 2^-24: MurmurHash3's last mix of (FNV-1a of the name + golden ratio * index). */
export function hashed(name: string, count: number): Float64Array {
  const bytes = [...Buffer.from(name, 'latin1')];
  const start = bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5 | 0);
  return Float64Array.from({ length: count }, (_, index) => {
    let hash = (start + Math.imul(0x9e3779b9, index)) | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return ((hash ^ (hash >>> 16)) >>> 8) / 2 ** 24 - 0.5;
  });
}

/** Images of noise on a pattern of their class, [batch, height, width, channel], and their labels. */
export function hashedBatch(name: string, size: number, { resolution, channels, classes }: InputShape) {
  const labels = Int32Array.from(hashed(`${name}/labels`, size), (value) =>
    Math.floor((value + 0.5) * classes),
  );
  const pixels = resolution ** 2 * channels;
  const patterns = hashed('patterns', classes * pixels);
  const images = Float32Array.from(
    hashed(`${name}/images`, size * pixels),
    (noise, i) =>
      2 * noise + (patterns[(labels[Math.floor(i / pixels)] ?? NaN) * pixels + (i % pixels)] ?? NaN),
  );
  return { images, labels };
}

/** `name` is that of the reference: the group and the place in it. */
export interface ReferenceTensor {
  readonly name: string;
  readonly parameter: Parameter;
  readonly offset: number;
}

/** The tensors of a group, with where they begin in its vector. */
export function tensorsOf({ parameters }: Learnables, group: ParameterGroup): ReferenceTensor[] {
  let offset = 0;
  return parameters[group].map((parameter, i) => {
    const tensor = { name: `${group} ${i}`, parameter, offset };
    offset += sizeOf(parameter.shape);
    return tensor;
  });
}

/** Weights of about He's spread, gammas about 1, betas and biases about 0; the rest as it was. */
export function hashedState(graph: Learnables, state: TrainingState, draw: number): TrainingState {
  const filled = parameterGroups.map((group) => {
    const values = new Float32Array(state[group].length);
    for (const { name, parameter, offset } of tensorsOf(graph, group)) {
      const places = pytorchPlaces(parameter.shape);
      const spread = group === 'weights' ? spreadOf(parameter.shape) : 1;
      const mean = parameter.name.endsWith('.gamma') ? 1 : 0;
      hashed(`${draw}/${name}`, places.length).forEach((value, i) => {
        values[offset + (places[i] ?? NaN)] = value * spread + mean;
      });
    }
    return [group, values] as const;
  });
  return { ...state, ...Object.fromEntries(filled) };
}

function spreadOf(shape: readonly number[]): number {
  const [kernel = 0, , , outputs = 0] = shape;
  return shape.length === 4 ? Math.sqrt(24 / (kernel * kernel * outputs)) : Math.sqrt(12 / (shape[0] ?? 0));
}

/** Where each element of PyTorch's tensor, [output, input, k, k] or [output, input], stands in ours: turned by half, outputs last. */
export function pytorchPlaces(shape: readonly number[]): Int32Array {
  const places = new Int32Array(sizeOf(shape));
  if (shape.length === 1) return places.map((_, i) => i);
  const [kernel, inputs, outputs] =
    shape.length === 4 ? [shape[0] ?? 0, shape[2] ?? 0, shape[3] ?? 0] : [1, shape[0] ?? 0, shape[1] ?? 0];
  const positions = kernel * kernel;
  return places.map((_, i) => {
    const position = positions - 1 - (i % positions);
    const input = Math.floor(i / positions) % inputs;
    return (position * inputs + input) * outputs + Math.floor(i / positions / inputs);
  });
}
