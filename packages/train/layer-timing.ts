/** How long single operations take on this machine: each in a graph of its own, through the same code that training builds from. */
import type { BatchNorm } from '@netspace/network/layer';
import { random } from '@netspace/stats/random';
import { trainingBatchNorm, type BatchNormParameters } from '@netspace/tensorflow/batch-norm';
import { convolution, matrixProduct } from '@netspace/tensorflow/convolution';
import { add } from '@netspace/tensorflow/elementwise';
import { gradients } from '@netspace/tensorflow/gradient';
import {
  afterUpdates,
  assignVariable,
  constant,
  newGraph,
  placeholder,
  readVariable,
  sizeOf,
  variable,
  type Graph,
  type Shape,
  type Tensor,
} from '@netspace/tensorflow/graph';
import { isImpliedFaster } from '@netspace/tensorflow/implied';
import { hasKernels } from '@netspace/tensorflow/kernels';
import { normalisation } from '@netspace/tensorflow/normalisation';
import { openSession, type Feed, type Session } from '@netspace/tensorflow/session';
import type { LayerCall } from './layer-calls.ts';
import { hasOwnOperation } from './layer-steps.ts';
import { ownConvolution, trained } from './network-graph.ts';

/** Median seconds of one layer. */
export interface LayerTiming {
  readonly forward: number;
  /** All gradients that training asks of it. */
  readonly backward: number;
}

/** How each layer is timed. */
export interface TimingSettings {
  readonly batchSize: number;
  /** Runs that count, after one that does not. */
  readonly rounds: number;
  /** Seconds of a call of a graph by itself, which a step spends once and not for each layer. */
  readonly call: number;
}

/** Median seconds of a call of a graph that does nothing: a tenth of a millisecond. */
export function measureCall(rounds: number): number {
  const bench = newBench();
  const nothing = finish(bench, 'nothing', []);
  return withSession(bench, (session) => timeRuns(session, nothing, rounds));
}

/** A batch norm that is one operation with the convolution before it takes what both together take longer than the convolution alone. */
export function timeLayer(call: LayerCall, settings: TimingSettings): LayerTiming {
  const { layer, behind } = call;
  const { batchSize } = settings;
  if (layer.kind === 'convolution') return timeMade(convolve(newBench(), call, batchSize), settings);
  if (!behind || !hasKernels() || !hasOwnOperation(behind.layer))
    return timeMade(normalise(newBench(), call, batchSize), settings);
  const alone = { ...call, ...behind };
  const both = timeMade(convolveAndNormalise(newBench(), alone, layer, batchSize), settings);
  const single = timeMade(convolve(newBench(), alone, batchSize), settings);
  return {
    forward: Math.max(0, both.forward - single.forward),
    backward: Math.max(0, both.backward - single.backward),
  };
}

/** A layer's output, and what gradients are asked for. */
interface Made {
  readonly bench: Bench;
  readonly y: Tensor;
  readonly sources: readonly Tensor[];
}

function timeMade({ bench, y, sources }: Made, { rounds, call }: TimingSettings): LayerTiming {
  const forward = finish(bench, 'forward', [y]);
  const both = finish(bench, 'both', [y, ...gradients(y, input(bench, y.shape), sources)]);
  return withSession(bench, (session) => {
    const once = timeRuns(session, forward, rounds);
    return {
      forward: Math.max(0, once - call),
      backward: Math.max(0, timeRuns(session, both, rounds) - once),
    };
  });
}

/** Multiply-adds a second of a large matrix product: what the machine reaches at best with these threads. */
export function measurePeak(rounds: number): number {
  const [rows, inner, columns] = [4096, 2048, 2048];
  const bench = newBench();
  const product = matrixProduct(input(bench, [rows, inner]), input(bench, [inner, columns]));
  const done = finish(bench, 'product', [product]);
  return withSession(bench, (session) => (rows * inner * columns) / timeRuns(session, done, rounds));
}

/** Bytes a second that a sum of two maps of this shape reads and writes. */
export function measureBandwidth(shape: Shape, rounds: number): number {
  const bench = newBench();
  const done = finish(bench, 'sum', [add(input(bench, shape), input(bench, shape))]);
  return withSession(bench, (session) => (3 * 4 * sizeOf(shape)) / timeRuns(session, done, rounds));
}

/** A graph whose inputs are variables, so that a run feeds and fetches next to nothing. */
interface Bench {
  readonly graph: Graph;
  readonly fills: { readonly fed: Tensor; readonly update: string }[];
}

function newBench(): Bench {
  return { graph: newGraph(), fills: [] };
}

function input({ graph, fills }: Bench, shape: Shape): Tensor {
  const kept = variable(graph, `input${fills.length}`, shape);
  const fed = placeholder(graph, `fed${fills.length}`, shape);
  fills.push({ fed, update: assignVariable(kept, fed) });
  return readVariable(kept);
}

/** Results go into variables: what nobody keeps, TensorFlow does not compute. */
function finish({ graph }: Bench, name: string, results: readonly Tensor[]): Tensor {
  const updates = results.map((result, i) =>
    assignVariable(variable(graph, `${name}${i}`, result.shape), result),
  );
  return afterUpdates(constant(graph, 1), updates, name);
}

function convolve(bench: Bench, { kind, layer, side }: LayerCall, batchSize: number): Made {
  if (layer.kind !== 'convolution') throw new TypeError(`${layer.kind} is no convolution`);
  const { kernel, stride, inputWidth, outputWidth, groups } = layer;
  const x = input(bench, [batchSize, side, side, inputWidth]);
  const weight = input(bench, [kernel, kernel, inputWidth / groups, outputWidth]);
  // Nobody asks for the gradient to the images.
  const y =
    hasOwnOperation(layer) && hasKernels()
      ? ownConvolution(layer, x, weight)
      : convolution(x, weight, stride);
  return { bench, y, sources: kind === 'stem' ? [weight] : [x, weight] };
}

function normalise(bench: Bench, { layer, side }: LayerCall, batchSize: number): Made {
  if (layer.kind !== 'batch-norm') throw new TypeError(`${layer.kind} is no batch norm`);
  const x = input(bench, [batchSize, side, side, layer.width]);
  const parameters = vectorsOf(bench, layer);
  // Ours have an activation in them, as most in a network do.
  const { output } = hasKernels()
    ? normalisation(x, parameters, { relu: true })
    : trainingBatchNorm(x, parameters);
  return { bench, y: output, sources: [x, parameters.gamma, parameters.beta] };
}

/**
 * As training builds the two, with the activation that most have. Behind a widening convolution there is none, or whoever makes the gradient to
 * its map has gated it.
 */
function convolveAndNormalise(
  bench: Bench,
  { layer, side }: LayerCall,
  norm: BatchNorm,
  batchSize: number,
): Made {
  if (layer.kind !== 'convolution') throw new TypeError(`${layer.kind} is no convolution`);
  const { kernel, inputWidth, outputWidth, groups } = layer;
  const x = input(bench, [batchSize, side, side, inputWidth]);
  const weight = input(bench, [kernel, kernel, inputWidth / groups, outputWidth]);
  const parameters = vectorsOf(bench, norm);
  const isGatedElsewhere = kernel === 1 && isImpliedFaster(inputWidth, outputWidth);
  const { output } = trained(layer, x, weight, parameters, { relu: !isGatedElsewhere });
  return { bench, y: output, sources: [x, weight, parameters.gamma, parameters.beta] };
}

function vectorsOf(bench: Bench, { width }: BatchNorm): BatchNormParameters {
  const vector = () => input(bench, [width]);
  return { gamma: vector(), beta: vector(), mean: vector(), variance: vector() };
}

function withSession<T>(bench: Bench, use: (session: Session) => T): T {
  const filled = afterUpdates(
    constant(bench.graph, 1),
    bench.fills.map(({ update }) => update),
    'filled',
  );
  const session = openSession(bench.graph);
  try {
    const stream = random('bench');
    const feeds = bench.fills.map(({ fed }): Feed => ({
      tensor: fed,
      shape: fed.shape,
      values: Float32Array.from({ length: sizeOf(fed.shape) }, () => stream.next() - 0.25),
    }));
    session.run(feeds, [filled]);
    return use(session);
  } finally {
    session.close();
  }
}

function timeRuns(session: Session, done: Tensor, rounds: number): number {
  return medianSeconds(() => void session.run([], [done]), rounds);
}

/** Of `rounds` runs, after one that is not counted. */
export function medianSeconds(run: () => void, rounds: number): number {
  run();
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now();
    run();
    return (performance.now() - start) / 1000;
  }).toSorted((a, b) => a - b);
  return times[times.length >> 1] ?? NaN;
}
