import { permutation, random } from '@netspace/stats/random';
import { describe, expect, it } from 'vitest';
import { trainingBatchNorm } from '../batch-norm.ts';
import { convolution, matrixProduct, maxPool } from '../convolution.ts';
import {
  add,
  addBias,
  cut,
  globalMean,
  mask,
  multiply,
  relu,
  reshape,
  scale,
  sigmoid,
  silu,
  sum,
} from '../elementwise.ts';
import { gradients } from '../gradient.ts';
import { constant, newGraph, placeholder, type Graph, type Shape, type Tensor } from '../graph.ts';
import { crossEntropy, mixedCrossEntropy } from '../loss.ts';
import { openSession } from '../session.ts';

interface Case {
  readonly title: string;
  readonly shapes: readonly Shape[];
  /** No two values nearer than the steps are long: a maximum has a kink where two values are equal. */
  readonly apart?: boolean;
  readonly build: (inputs: readonly Tensor[], graph: Graph) => Tensor;
}

const map = (size: number, channels: number, batch = 3): Shape => [batch, size, size, channels];
const at = (inputs: readonly Tensor[], index: number): Tensor => {
  const tensor = inputs[index];
  if (tensor === undefined) throw new Error(`no input ${index}`);
  return tensor;
};
const first = (inputs: readonly Tensor[]) => at(inputs, 0);
const two = (f: (a: Tensor, b: Tensor) => Tensor) => (inputs: readonly Tensor[]) =>
  f(at(inputs, 0), at(inputs, 1));

const convolutionCases = [
  { size: 6, stride: 1, kernel: 3, input: 4, groups: 1, why: 'dense 3x3' },
  {
    size: 6,
    stride: 2,
    kernel: 3,
    input: 4,
    groups: 2,
    why: 'an even map at stride 2, where PyTorch pads the other side',
  },
  { size: 7, stride: 2, kernel: 3, input: 4, groups: 2, why: 'an odd map at stride 2' },
  { size: 5, stride: 1, kernel: 3, input: 6, groups: 6, why: 'depthwise' },
  { size: 5, stride: 1, kernel: 3, input: 16, groups: 2, why: 'two groups of eight' },
  { size: 2, stride: 1, kernel: 3, input: 8, groups: 2, why: 'a map smaller than its kernel' },
  { size: 1, stride: 2, kernel: 3, input: 8, groups: 2, why: 'a map of one pixel at stride 2' },
  { size: 6, stride: 1, kernel: 1, input: 5, groups: 1, why: '1x1 as a matrix product' },
  { size: 6, stride: 2, kernel: 1, input: 5, groups: 1, why: "the shortcut's 1x1 at stride 2" },
  { size: 10, stride: 2, kernel: 7, input: 3, groups: 1, why: "the imagenet stem's 7x7" },
].map(({ size, stride, kernel, input, groups, why }): Case => ({
  title: `a convolution: ${why}`,
  shapes: [map(size, input), [kernel, kernel, input / groups, 2 * input]],
  build: two((x, w) => convolution(x, w, stride)),
}));

const cases: readonly Case[] = [
  ...convolutionCases,
  { title: 'relu', shapes: [map(4, 3)], build: (x) => relu(first(x)) },
  { title: 'sigmoid', shapes: [map(4, 3)], build: (x) => sigmoid(first(x)) },
  { title: 'silu', shapes: [map(4, 3)], build: (x) => silu(first(x)) },
  { title: 'a sum of two maps', shapes: [map(4, 3), map(4, 3)], build: two(add) },
  {
    title: 'a tensor used twice',
    shapes: [map(4, 3)],
    build: (x) => add(first(x), multiply(first(x), first(x))),
  },
  { title: 'a product of two maps', shapes: [map(4, 3), map(4, 3)], build: two(multiply) },
  { title: 'a map times a gate', shapes: [map(4, 3), map(1, 3)], build: two(multiply) },
  {
    title: 'a map masked an image at a time',
    shapes: [map(4, 3)],
    build: (x, graph) => mask(first(x), constant(graph, [0, 1.25, 2], 'float32', [3, 1, 1, 1])),
  },
  { title: 'a multiple', shapes: [map(4, 3)], build: (x) => scale(first(x), -1.5) },
  { title: 'a bias', shapes: [map(4, 3), [3]], build: two(addBias) },
  { title: 'the mean over a map', shapes: [map(5, 3)], build: (x) => globalMean(first(x)) },
  { title: 'a reshaped map', shapes: [map(4, 3)], build: (x) => reshape(first(x), [12, 12]) },
  {
    title: 'a matrix product',
    shapes: [
      [5, 4],
      [4, 3],
    ],
    build: two(matrixProduct),
  },
  {
    title: 'max-pooling of an even map',
    shapes: [map(6, 2, 1)],
    apart: true,
    build: (x) => maxPool(first(x), 3, 2),
  },
  {
    title: 'max-pooling of an odd map',
    shapes: [map(7, 2, 1)],
    apart: true,
    build: (x) => maxPool(first(x), 3, 2),
  },
  {
    title: 'a vector cut into two tensors',
    shapes: [[14]],
    build: (inputs) =>
      two(matrixProduct)(
        cut(first(inputs), [
          [4, 2],
          [2, 3],
        ]),
      ),
  },
  {
    title: 'a batch norm',
    shapes: [map(4, 3, 6), [3], [3]],
    build: (inputs, graph) => {
      const [mean, variance] = [constant(graph, [0, 0, 0]), constant(graph, [1, 1, 1])];
      return trainingBatchNorm(first(inputs), { gamma: at(inputs, 1), beta: at(inputs, 2), mean, variance })
        .output;
    },
  },
  ...(
    [
      ['merged', 24, 2, 'pairs of pixels'],
      ['merged', 6, 8, 'groups of eight pixels, where the gradient is put right afterwards'],
      ['merged', 3, 3, 'groups that cross the images of the batch'],
      ['sums', 24, 2, 'pairs of pixels'],
      ['sums', 16, 3, 'no need for groups'],
      ['sums', 6, 8, 'groups of eight pixels, where the gradient is put right afterwards'],
    ] as const
  ).map(([form, channels, batch, why]): Case => ({
    title: `a batch norm, ${form}, ${channels} channels: ${why}`,
    shapes: [map(4, channels, batch), [channels], [channels]],
    build: (inputs, graph) => {
      const [mean, variance] = [0, 1].map((value) =>
        constant(graph, new Array<number>(channels).fill(value)),
      );
      if (!mean || !variance) throw new Error('no statistics');
      const parameters = { gamma: at(inputs, 1), beta: at(inputs, 2), mean, variance };
      return trainingBatchNorm(first(inputs), parameters, form).output;
    },
  })),
  {
    title: 'cross-entropy with smoothed labels',
    shapes: [[4, 5]],
    build: (x, graph) => crossEntropy(first(x), constant(graph, [0, 3, 4, 3], 'int32'), 0.1),
  },
  {
    title: 'cross-entropy of mixed and smoothed labels',
    shapes: [[4, 5]],
    build: (x, graph) => {
      const [labels, others] = [
        constant(graph, [0, 3, 4, 3], 'int32'),
        constant(graph, [3, 3, 1, 0], 'int32'),
      ];
      return mixedCrossEntropy(first(x), { labels, others, share: constant(graph, 0.3) }, 0.1);
    },
  },
];

const STEP = 1e-2;

/**
 * The derivative of a random projection of the output, along a random direction of the inputs, once by our gradient and once by
 * Richardson's extrapolation of central differences (error of fourth order in the step). Values stay 0.3 away from 0, where a ReLU
 * has its kink.
 */
function derivatives({ shapes, build, title, apart = false }: Case): {
  byGradient: number;
  byDifference: number;
  size: number;
} {
  const graph = newGraph();
  const stream = random(title);
  const draw = (shape: Shape) => {
    const count = shape.reduce((product, size) => product * size, 1);
    return Float32Array.from({ length: count }, () => (stream.below(2) * 2 - 1) * (0.3 + stream.next()));
  };
  const drawApart = (shape: Shape) =>
    Float32Array.from(permutation(draw(shape).length, stream), (place) => 8 * STEP * (place + 0.5));
  const inputs = shapes.map((shape, i) => placeholder(graph, `input${i}`, shape));
  const output = build(inputs, graph);
  const weights = placeholder(graph, 'weights', output.shape);
  const projection = output.shape.length === 0 ? output : sum(multiply(output, weights));
  const slopes = gradients(projection, constant(graph, 1), inputs);
  const session = openSession(graph);
  try {
    const values = apart ? shapes.map(drawApart) : shapes.map(draw);
    const directions = shapes.map(draw);
    const weighting = { tensor: weights, shape: output.shape, values: draw(output.shape) };
    const feedsAt = (step: number) => [
      ...(output.shape.length === 0 ? [] : [weighting]),
      ...inputs.map((tensor, i) => ({
        tensor,
        shape: shapes[i] ?? [],
        values: Float32Array.from(values[i] ?? [], (value, k) => value + step * (directions[i]?.[k] ?? 0)),
      })),
    ];
    const valueAt = (step: number) => session.run(feedsAt(step), [projection])[0]?.[0] ?? NaN;
    const difference = (step: number) => (valueAt(step) - valueAt(-step)) / (2 * step);
    const byDifference = (4 * difference(STEP) - difference(2 * STEP)) / 3;
    const parts = session.run(feedsAt(0), slopes);
    let [byGradient, size] = [0, 0];
    parts.forEach((part, i) =>
      part.forEach((slope, k) => {
        const term = slope * (directions[i]?.[k] ?? 0);
        byGradient += term;
        size += term * term;
      }),
    );
    return { byGradient, byDifference, size: Math.sqrt(size) };
  } finally {
    session.close();
  }
}

describe('the gradient of', () => {
  it.each(cases)('$title agrees with finite differences', (one) => {
    const { byGradient, byDifference, size } = derivatives(one);
    expect(size).toBeGreaterThan(1e-3);
    // float32 sums of some hundred terms, divided by the step, are good to about a thousandth.
    expect(Math.abs(byGradient - byDifference) / Math.max(size, Math.abs(byGradient))).toBeLessThan(4e-3);
  });

  it('a source that the loss does not depend on is refused', () => {
    const graph = newGraph();
    const [used, unused] = [placeholder(graph, 'used', [2]), placeholder(graph, 'unused', [2])];
    expect(() => gradients(sum(used), constant(graph, 1), [unused])).toThrow('does not depend on unused:0');
  });
});
