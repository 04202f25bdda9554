/**
 * A second, independent computation of a training step: plain loops in float64, and gradients by differences instead of a tape.
 * Slow and short on purpose; it shares nothing with the trainer but the records of the layers.
 */
import type { Layer } from '@netspace/network/layer';

export interface Map4 {
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
  /** [batch, height, width, channel]. */
  readonly values: Float64Array;
}

export type Values = Readonly<Record<string, Float64Array>>;

export interface ReferenceForward {
  readonly output: Map4;
  /** Mean and unbiased variance of each batch norm's input, by the layer's name. */
  readonly moments: ReadonlyMap<string, { mean: Float64Array; variance: Float64Array }>;
}

/** Factors of the head's input [batch, width], and of the residual branches, in order, each of [batch]. */
export interface ReferenceMasks {
  readonly head?: ArrayLike<number>;
  readonly branches?: readonly (ArrayLike<number> | undefined)[];
}

const EPSILON = 1e-5;

export function forward(
  layers: readonly Layer[],
  input: Map4,
  values: Values,
  masks: ReferenceMasks = {},
): ReferenceForward {
  let branchNumber = 0;
  const moments = new Map<string, { mean: Float64Array; variance: Float64Array }>();
  const through = (list: readonly Layer[], x: Map4): Map4 => list.reduce((y, layer) => apply(layer, y), x);
  const apply = (layer: Layer, x: Map4): Map4 => {
    switch (layer.kind) {
      case 'convolution':
        return convolve(layer, x, of(values, `${layer.name}.weight`), values[`${layer.name}.bias`]);
      case 'batch-norm': {
        const found = momentsOf(x);
        moments.set(layer.name, found);
        return normalise(x, found, of(values, `${layer.name}.gamma`), of(values, `${layer.name}.beta`));
      }
      case 'activation':
        return elementwise(x, curves[layer.activation]);
      case 'max-pool':
        return pool(x, layer.kernel, layer.stride);
      case 'global-pool':
        return meanOver(x);
      case 'linear':
        return convolve(
          { kernel: 1, stride: 1, outputWidth: layer.outputWidth, groups: 1 },
          { ...x, values: x.values.map((value, i) => value * (masks.head?.[i] ?? 1)) },
          of(values, `${layer.name}.weight`),
          of(values, `${layer.name}.bias`),
        );
      case 'gate': {
        const gate = through(layer.layers, x);
        const at = (i: number) =>
          Math.floor(i / (x.size * x.size * x.channels)) * x.channels + (i % x.channels);
        return { ...x, values: x.values.map((value, i) => value * (gate.values[at(i)] ?? NaN)) };
      }
      case 'residual': {
        const factors = masks.branches?.[branchNumber++];
        const [branch, shortcut] = [through(layer.layers, x), through(layer.shortcut, x)];
        const image = (i: number) => Math.floor((i * branch.batch) / branch.values.length);
        const kept = branch.values.map((value, i) => value * (factors?.[image(i)] ?? 1));
        return { ...branch, values: kept.map((value, i) => value + (shortcut.values[i] ?? NaN)) };
      }
    }
  };
  return { output: through(layers, input), moments };
}

/** Mean cross-entropy with smoothed labels. */
export function crossEntropy(logits: Map4, labels: ArrayLike<number>, smoothing: number): number {
  const classes = logits.channels;
  let total = 0;
  for (let image = 0; image < logits.batch; image++) {
    const row = logits.values.subarray(image * classes, (image + 1) * classes);
    const logSum = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0));
    row.forEach((logit, c) => {
      const target = smoothing / classes + (c === labels[image] ? 1 - smoothing : 0);
      total += target * (logSum - logit);
    });
  }
  return total / logits.batch;
}

/** d loss / d value of every element of one tensor, by central differences. */
export function differences(loss: () => number, tensor: Float64Array, step = 1e-7): Float64Array {
  return tensor.map((value, i) => {
    tensor[i] = value + step;
    const above = loss();
    tensor[i] = value - step;
    const below = loss();
    tensor[i] = value;
    return (above - below) / (2 * step);
  });
}

/** The update of each value at the first step of a training, when no memory has seen a gradient. */
export interface FirstStep {
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Minimum of 1 and limit / (norm of all gradients + 1e-6). */
  readonly clip: number;
}

/** p -= lr · v with v = g; with Nesterov's momentum p -= lr · (g + momentum · v). */
export function firstMomentumStep(
  values: Float64Array,
  gradient: Float64Array,
  { learningRate, weightDecay, clip }: FirstStep,
  momentum: number,
): Float64Array {
  return values.map(
    (p, i) => p - learningRate * (1 + momentum) * (clip * (gradient[i] ?? NaN) + weightDecay * p),
  );
}

/** Kingma and Ba's algorithm 1 at t = 1, line by line; decoupled, the parameters shrink first and the gradient does not see it. */
export function firstAdamStep(
  values: Float64Array,
  gradient: Float64Array,
  { learningRate, weightDecay, clip }: FirstStep,
  options: { beta1: number; beta2: number; epsilon: number; decoupled: boolean },
): Float64Array {
  const { beta1, beta2, epsilon, decoupled } = options;
  return values.map((p, i) => {
    const g = clip * (gradient[i] ?? NaN) + (decoupled ? 0 : weightDecay * p);
    const [m, v] = [(1 - beta1) * g, (1 - beta2) * g * g];
    const [mean, square] = [m / (1 - beta1), v / (1 - beta2)];
    const start = decoupled ? p - learningRate * weightDecay * p : p;
    return start - (learningRate * mean) / (Math.sqrt(square) + epsilon);
  });
}

const curves = {
  relu: (x: number) => Math.max(0, x),
  sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
  silu: (x: number) => x / (1 + Math.exp(-x)),
} as const;

function elementwise(x: Map4, curve: (value: number) => number): Map4 {
  return { ...x, values: x.values.map(curve) };
}

interface ConvolutionShape {
  readonly kernel: number;
  readonly stride: number;
  readonly outputWidth: number;
  readonly groups: number;
}

/** PyTorch's convolution: padding (k - 1) / 2, output floor((size - 1) / stride) + 1. */
function convolve(shape: ConvolutionShape, x: Map4, weight: Float64Array, bias?: Float64Array): Map4 {
  const { kernel, stride, outputWidth, groups } = shape;
  const size = Math.floor((x.size - 1) / stride) + 1;
  const perGroup = x.channels / groups;
  const outputs = outputWidth / groups;
  const values = new Float64Array(x.batch * size * size * outputWidth);
  let place = 0;
  for (let n = 0; n < x.batch; n++)
    for (let row = 0; row < size; row++)
      for (let column = 0; column < size; column++)
        for (let out = 0; out < outputWidth; out++) {
          let sum = bias?.[out] ?? 0;
          const firstInput = Math.floor(out / outputs) * perGroup;
          for (let u = 0; u < kernel; u++)
            for (let v = 0; v < kernel; v++) {
              const [y, z] = [row * stride + u - (kernel - 1) / 2, column * stride + v - (kernel - 1) / 2];
              if (y < 0 || z < 0 || y >= x.size || z >= x.size) continue;
              for (let c = 0; c < perGroup; c++)
                sum +=
                  (x.values[((n * x.size + y) * x.size + z) * x.channels + firstInput + c] ?? NaN) *
                  (weight[((u * kernel + v) * perGroup + c) * outputWidth + out] ?? NaN);
            }
          values[place++] = sum;
        }
  return { batch: x.batch, size, channels: outputWidth, values };
}

function momentsOf(x: Map4): { mean: Float64Array; variance: Float64Array } {
  const count = x.batch * x.size * x.size;
  const mean = new Float64Array(x.channels);
  const variance = new Float64Array(x.channels);
  x.values.forEach((value, i) => (mean[i % x.channels] = (mean[i % x.channels] ?? 0) + value / count));
  x.values.forEach((value, i) => {
    const c = i % x.channels;
    variance[c] = (variance[c] ?? 0) + (value - (mean[c] ?? 0)) ** 2 / (count - 1);
  });
  return { mean, variance };
}

/** The batch's own variance is the biased one. */
function normalise(
  x: Map4,
  { mean, variance }: { mean: Float64Array; variance: Float64Array },
  gamma: Float64Array,
  beta: Float64Array,
): Map4 {
  const count = x.batch * x.size * x.size;
  const values = x.values.map((value, i) => {
    const c = i % x.channels;
    const biased = ((variance[c] ?? NaN) * (count - 1)) / count;
    return (beta[c] ?? NaN) + ((gamma[c] ?? NaN) * (value - (mean[c] ?? NaN))) / Math.sqrt(biased + EPSILON);
  });
  return { ...x, values };
}

function pool(x: Map4, kernel: number, stride: number): Map4 {
  const size = Math.floor((x.size - 1) / stride) + 1;
  const values = new Float64Array(x.batch * size * size * x.channels).fill(-Infinity);
  values.forEach((_, i) => {
    const c = i % x.channels;
    const column = Math.floor(i / x.channels) % size;
    const row = Math.floor(i / x.channels / size) % size;
    const n = Math.floor(i / x.channels / size / size);
    for (let u = 0; u < kernel; u++)
      for (let v = 0; v < kernel; v++) {
        const [y, z] = [row * stride + u - (kernel - 1) / 2, column * stride + v - (kernel - 1) / 2];
        if (y < 0 || z < 0 || y >= x.size || z >= x.size) continue;
        values[i] = Math.max(
          values[i] ?? -Infinity,
          x.values[((n * x.size + y) * x.size + z) * x.channels + c] ?? NaN,
        );
      }
  });
  return { batch: x.batch, size, channels: x.channels, values };
}

function meanOver(x: Map4): Map4 {
  const positions = x.size * x.size;
  const values = new Float64Array(x.batch * x.channels);
  x.values.forEach((value, i) => {
    const place = Math.floor(i / (positions * x.channels)) * x.channels + (i % x.channels);
    values[place] = (values[place] ?? 0) + value / positions;
  });
  return { batch: x.batch, size: 1, channels: x.channels, values };
}

function of(values: Values, name: string): Float64Array {
  const found = values[name];
  if (found === undefined) throw new Error(`no values for ${name}`);
  return found;
}
