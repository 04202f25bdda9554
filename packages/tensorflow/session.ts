/** Runs a graph: loads it into TensorFlow, feeds arrays, fetches arrays. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBinding, type Binding } from './binding.ts';
import type { Graph, Shape, Tensor } from './graph.ts';
import { encodeSavedModel } from './saved-model.ts';

export interface Feed {
  readonly tensor: Tensor;
  readonly shape: Shape;
  readonly values: Float32Array | Int32Array;
}

export interface Session {
  /** Runs what the fetched tensors need; their values in the same order. Blocks the event loop meanwhile. */
  run(feeds: readonly Feed[], fetches: readonly Tensor[]): (Float32Array | Int32Array)[];
  /** Frees the graph and its variables. */
  close(): void;
}

/** Loads a graph. Its variables hold nothing until an assignment has run. */
export function openSession(graph: Graph): Session {
  const binding = loadBinding();
  const id = load(binding, encodeSavedModel(graph));
  return {
    run: (feeds, fetches) => run(binding, id, feeds, fetches),
    close: () => binding.deleteSavedModel(id),
  };
}

/** TensorFlow reads a graph from a folder only, and keeps sessions by its path: one new folder a graph, in memory where possible. */
function load(binding: Binding, savedModel: Uint8Array): number {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'netspace-graph-'));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), savedModel);
    return binding.loadSavedModel(folder, 'serve');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(
  binding: Binding,
  id: number,
  feeds: readonly Feed[],
  fetches: readonly Tensor[],
): (Float32Array | Int32Array)[] {
  const inputs: number[] = [];
  try {
    for (const { tensor, shape, values } of feeds) {
      const dtype = tensor.type === 'int32' ? binding.TF_INT32 : binding.TF_FLOAT;
      inputs.push(binding.createTensor(shape, dtype, values));
    }
    const outputs = binding.runSavedModel(
      id,
      inputs,
      namesOf(feeds.map((feed) => feed.tensor)),
      namesOf(fetches),
    );
    try {
      return outputs.map((output) => binding.tensorDataSync(output.id));
    } finally {
      for (const output of outputs) binding.deleteTensor(output.id);
    }
  } finally {
    for (const input of inputs) binding.deleteTensor(input);
  }
}

function namesOf(tensors: readonly Tensor[]): string {
  return tensors.map((tensor) => tensor.name).join(',');
}
