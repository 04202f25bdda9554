/**
 * The native binding of tfjs-node, loaded without the rest of the package.
 *
 * A graph needs five functions of it: this file names them, so that what is not a documented interface stays in one place. Loading
 * only the binding takes half the time and a third of the memory of the whole package, and works alike on Node 20, 22 and 24.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

/** A tensor on TensorFlow's side. */
export interface NativeTensor {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

export interface Binding {
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  createTensor(shape: readonly number[], dtype: number, values: Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  /** Names of inputs and outputs are joined by commas. */
  runSavedModel(
    id: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): NativeTensor[];
}

/** The library is not in place, or does not load here. */
export class LibraryError extends Error {
  readonly code = 'TENSORFLOW_LIBRARY';
}

let loaded: Binding | undefined;

/**
 * Loads the library once a process.
 *
 * CPU gradients of grouped convolutions exist only in oneDNN's kernels, and TensorFlow asks the environment for them when it loads: so
 * the variable is set here, whatever it was. In a worker thread that would reach a copy of the environment only.
 */
export function loadBinding(): Binding {
  if (loaded !== undefined) return loaded;
  if (!isMainThread)
    throw new LibraryError('TensorFlow was asked for in a worker thread; start a process for it instead');
  process.env['TF_ENABLE_ONEDNN_OPTS'] = '1';
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('@tensorflow/tfjs-node/package.json'));
  const file = join(folder, 'lib', 'napi-v8', 'tfjs_binding.node');
  if (!existsSync(file))
    throw new LibraryError('the native TensorFlow library is not in place; run: netspace setup');
  try {
    loaded = require(file) as Binding;
  } catch (cause) {
    throw new LibraryError(
      `the native TensorFlow library does not load (${String(cause)}); run: netspace doctor`,
      {
        cause,
      },
    );
  }
  return loaded;
}

/** The environment of a process that trains, with so many threads for one operation. TensorFlow reads it once, when it loads. */
export function workerEnvironment(threads: number): Record<string, string> {
  return {
    TF_ENABLE_ONEDNN_OPTS: '1',
    TF_CPP_MIN_LOG_LEVEL: '2',
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: '1',
    OMP_NUM_THREADS: String(threads),
  };
}
