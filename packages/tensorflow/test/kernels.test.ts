/** Our own operations against TensorFlow's, with their gradients. The set-up compiles them; on a processor that has none these tests are skipped. */
import { bestKernelKind } from '@netspace/tensorflow/processor';
import { random } from '@netspace/stats/random';
import { beforeAll, describe, expect, it } from 'vitest';
import { trainingBatchNorm, type BatchNormParameters } from '../batch-norm.ts';
import { convolution, strided } from '../convolution.ts';
import { add, multiply, relu, sum } from '../elementwise.ts';
import { gradients } from '../gradient.ts';
import { constant, newGraph, placeholder, sizeOf, type Shape, type Tensor } from '../graph.ts';
import { hasKernels, kernelKind } from '../kernels.ts';
import { normalisation } from '../normalisation.ts';
import { grouped } from '../grouped.ts';
import { normalisedPointwise, pointwise } from '../pointwise.ts';
import { impliedPointwise } from '../implied.ts';
import { openSession } from '../session.ts';

const isPossible = bestKernelKind() !== undefined;
if (!isPossible) console.warn('skipped: no kernels of ours for this processor');

/** A map first, and what else comes of the inputs. */
type Way = (...inputs: readonly Tensor[]) => readonly [Tensor, ...Tensor[]];

/** What a way yields, and the gradients of a weighted sum of its map, to the first `learned` inputs. */
function valuesOf(way: Way, shapes: readonly Shape[], learned: number): (Float32Array | Int32Array)[] {
  const graph = newGraph();
  const inputs = shapes.map((shape, i) => placeholder(graph, `x${i}`, shape));
  const made = way(...inputs);
  const weights = placeholder(graph, 'weights', made[0].shape);
  const found = gradients(sum(multiply(made[0], weights)), constant(graph, 1), inputs.slice(0, learned));
  const session = openSession(graph);
  try {
    const feeds = [...inputs, weights].map((tensor) => ({
      tensor,
      shape: tensor.shape,
      values: drawn(tensor.name, tensor.shape),
    }));
    return session.run(feeds, [...made, ...found]);
  } finally {
    session.close();
  }
}

/** Length of the difference over the length of what is wanted: where an activation begins, single numbers may lie on either side. */
function distance(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  const values = Array.from(wanted);
  const difference = norm(values.map((value, i) => (found[i] ?? NaN) - value));
  return difference / Math.max(norm(values), 1e-30);
}

function norm(values: readonly number[]): number {
  return Math.sqrt(values.reduce((total, value) => total + value * value, 0));
}

function expectSame(
  ours: Way,
  theirs: Way,
  shapes: readonly Shape[],
  learned: number,
  tolerance: number,
): void {
  const wanted = valuesOf(theirs, shapes, learned);
  const found = valuesOf(ours, shapes, learned);
  expect(found).toHaveLength(wanted.length);
  found.forEach((values, i) => expect(distance(values, wanted[i] ?? [])).toBeLessThan(tolerance));
}

/** The numbers that `valuesOf` feeds to a tensor. */
function drawn(name: string, shape: Shape): Float32Array {
  const stream = random(`${name} ${shape.join(' ')}`);
  // Positive where a variance is meant, and far from 0, where a variance as the difference of two large sums would show.
  return Float32Array.from({ length: sizeOf(shape) }, () => 3 + 0.8 * stream.normal());
}

/** A batch norm and its gradient to the map in double precision, of the same numbers. */
function exactly(shape: Shape): { readonly output: number[]; readonly toInput: number[] } {
  const channels = shape[3] ?? 1;
  const [x, gamma, beta] = [shape, [channels], [channels]].map((each, i) => drawn(`x${i}:0`, each));
  const weights = drawn('weights:0', shape);
  const [output, toInput]: [number[], number[]] = [[], []];
  for (let c = 0; c < channels; c++) {
    const own = (values: Float32Array | undefined) => (values ?? []).filter((_, i) => i % channels === c);
    const [values, g] = [Array.from(own(x)), Array.from(own(weights))];
    const mean = average(values);
    const deviation = Math.sqrt(average(values.map((value) => (value - mean) ** 2)) + 1e-5);
    const normal = values.map((value) => (value - mean) / deviation);
    const [offset, slope] = [average(g), average(g.map((each, i) => each * (normal[i] ?? NaN)))];
    normal.forEach((each, i) => {
      const scale = gamma?.[c] ?? NaN;
      output[i * channels + c] = scale * each + (beta?.[c] ?? NaN);
      toInput[i * channels + c] = (scale / deviation) * ((g[i] ?? NaN) - offset - slope * each);
    });
  }
  return { output, toInput };
}

function average(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/** TensorFlow's: batch norm, sum and activation as operations of their own. */
function inParts(isRelu: boolean): Way {
  return (...inputs) => {
    const [x, gamma, beta, mean, variance, shortcut] = inputs;
    if (!x || !gamma || !beta || !mean || !variance) throw new Error('five inputs at least');
    const made = trainingBatchNorm(x, { gamma, beta, mean, variance }, 'plain');
    const whole = shortcut ? add(made.output, shortcut) : made.output;
    return [isRelu ? relu(whole) : whole, made.mean, made.variance];
  };
}

function inOne(isRelu: boolean): Way {
  return (...inputs) => {
    const [x, gamma, beta, mean, variance, shortcut] = inputs;
    if (!x || !gamma || !beta || !mean || !variance) throw new Error('five inputs at least');
    const parameters = { gamma, beta, mean, variance };
    const made = normalisation(x, parameters, { relu: isRelu, ...(shortcut && { shortcut }) });
    return [made.output, made.mean, made.variance];
  };
}

interface BlockInputs {
  readonly down: Tensor;
  readonly up: Tensor;
  readonly norms: readonly [BatchNormParameters, BatchNormParameters];
  readonly shortcut: { readonly filter: Tensor; readonly norm: BatchNormParameters } | undefined;
  readonly stride: number;
}

/** Two 1x1 convolutions (the first at the stride) with batch norms, and a shortcut around them. */
function ourBlock(x: Tensor, { down, up, norms, shortcut, stride }: BlockInputs): Tensor {
  const narrow = normalisedPointwise(x, down, norms[0], { relu: true }).output;
  const around = shortcut
    ? impliedPointwise(strided(x, stride), shortcut.filter, shortcut.norm, { relu: false }).output
    : x;
  return impliedPointwise(strided(narrow, stride), up, norms[1], { relu: true, shortcut: around }).output;
}

function theirBlock(x: Tensor, { down, up, norms, shortcut, stride }: BlockInputs): Tensor {
  const normalise = (map: Tensor, parameters: BatchNormParameters) =>
    trainingBatchNorm(map, parameters, 'plain').output;
  const narrow = relu(normalise(convolution(x, down, 1), norms[0]));
  const around = shortcut ? normalise(convolution(x, shortcut.filter, stride), shortcut.norm) : x;
  return relu(add(normalise(convolution(narrow, up, stride), norms[1]), around));
}

function never(): never {
  throw new Error('there are inputs');
}

describe.skipIf(!isPossible)('our own operations', () => {
  beforeAll(() => expect(hasKernels()).toBe(true));

  it('have been compiled by the set-up, for this processor', () => {
    expect(kernelKind()).toBe(bestKernelKind());
  });

  it.each<[Shape, string]>([
    [[4, 6, 6, 16], 'whole vectors'],
    [[4, 6, 6, 24], 'half a vector left over'],
    [[3, 5, 5, 6], 'pixels that cross vectors, and a last line that is cut'],
    [[2, 3, 3, 1], 'one channel'],
    [[7, 3, 3, 104], 'long lines'],
    [[5, 2, 2, 264], 'more channels than pixels'],
    [[1, 2, 2, 3], 'four pixels'],
    [[2, 7, 7, 13], 'lines of sixteen pixels'],
  ])('normalise a map of %j as TensorFlow does: %s', (shape) => {
    const vector = [shape[3] ?? 1];
    const shapes = [shape, vector, vector, vector, vector];
    for (const isRelu of [false, true]) {
      expectSame(inOne(isRelu), inParts(isRelu), shapes, 3, 1e-4);
    }
  });

  it('sum a hundred thousand pixels to the last digits of a float, where TensorFlow loses two', () => {
    const shape = [128, 28, 28, 13];
    const vectors = Array.from({ length: 4 }, () => [13]);
    const found = [inOne(false), inParts(false)].map((way) => valuesOf(way, [shape, ...vectors], 3));
    const wanted = exactly(shape);
    const [ours = [], theirs = []] = found.map((values) =>
      [0, 3].map((i) => distance(values[i] ?? [], (i === 0 ? wanted.output : wanted.toInput) ?? [])),
    );
    ours.forEach((each, i) => {
      expect(each).toBeLessThan(1e-6);
      expect(each).toBeLessThan(0.1 * (theirs[i] ?? 0));
    });
  });

  it.each<[Shape]>([[[4, 6, 6, 16]], [[3, 5, 5, 6]], [[7, 3, 3, 104]]])(
    'add a shortcut of %j before they activate, with its gradient',
    (shape) => {
      const vector = [shape[3] ?? 1];
      const order =
        (way: Way): Way =>
        (x, gamma, beta, shortcut, mean, variance) => {
          if (!x || !gamma || !beta || !shortcut || !mean || !variance) throw new Error('six inputs');
          return way(x, gamma, beta, mean, variance, shortcut);
        };
      const shapes = [shape, vector, vector, shape, vector, vector];
      for (const isRelu of [false, true])
        expectSame(order(inOne(isRelu)), order(inParts(isRelu)), shapes, 4, 1e-4);
    },
  );

  it.each<[Shape, number, string]>([
    [[4, 6, 6, 16], 32, 'whole panels'],
    [[4, 6, 6, 32], 16, 'one vector'],
    [[3, 5, 5, 24], 40, 'half a vector left over'],
    [[3, 5, 5, 5], 7, 'less than a vector'],
    [[1, 1, 1, 1], 1, 'one number'],
    [[5, 7, 7, 104], 104, 'several panels'],
    [[2, 3, 3, 264], 33, 'a panel of one column'],
    [[64, 14, 14, 44], 88, 'many blocks'],
  ])('multiply a map of %j to %i channels as TensorFlow does: %s', (shape, width) => {
    const shapes = [shape, [1, 1, shape[3] ?? 1, width]];
    const theirs: Way = (x, filter) => {
      if (!x || !filter) throw new Error('two inputs');
      return [convolution(x, filter, 1)];
    };
    const ours: Way = (x, filter) => {
      if (!x || !filter) throw new Error('two inputs');
      return [pointwise(x, filter)];
    };
    expectSame(ours, theirs, shapes, 2, 1e-5);
  });

  it.each<[Shape, number, string]>([
    [[6, 14, 14, 20], 28, 'whole blocks and a part of one'],
    [[3, 5, 5, 24], 40, 'less than a block'],
    [[5, 7, 7, 104], 16, 'whole vectors'],
  ])('multiply a map of %j to %i channels and normalise it in one: %s', (shape, width) => {
    const vector = [width];
    const between = [...shape.slice(0, 3), width];
    const shapes = [shape, [1, 1, shape[3] ?? 1, width], vector, vector, between, vector, vector];
    const way =
      (isOne: boolean, isRelu: boolean, hasShortcut: boolean): Way =>
      (x, filter, gamma, beta, added, mean, variance) => {
        if (!x || !filter || !gamma || !beta || !added || !mean || !variance) throw new Error('seven inputs');
        const parameters = { gamma, beta, mean, variance };
        const how = { relu: isRelu, ...(hasShortcut && { shortcut: added }) };
        const made = isOne
          ? normalisedPointwise(x, filter, parameters, how)
          : normalisation(pointwise(x, filter), parameters, how);
        // Where nothing is added, something depends on the shortcut all the same.
        return [hasShortcut ? made.output : add(made.output, added), made.mean, made.variance];
      };
    for (const isRelu of [false, true])
      for (const hasShortcut of [false, true])
        expectSame(way(true, isRelu, hasShortcut), way(false, isRelu, hasShortcut), shapes, 5, 1e-4);
  });

  it.each<[Shape, number, string]>([
    [[6, 14, 14, 12], 40, 'whole blocks and a part of one'],
    [[3, 5, 5, 4], 24, 'four rows of weights in a vector'],
    [[3, 5, 5, 6], 13, 'two rows of weights in a vector, columns that do not fill it'],
    [[2, 5, 5, 5], 7, 'an odd number of channels'],
    [[5, 7, 7, 32], 104, 'several panels'],
    [[1, 2, 2, 3], 5, 'four pixels'],
    [[128, 14, 14, 8], 32, 'many blocks'],
  ])('multiply a map of %j to %i channels and normalise what they never make: %s', (shape, width) => {
    const vector = [width];
    const between = [...shape.slice(0, 3), width];
    const shapes = [shape, [1, 1, shape[3] ?? 1, width], vector, vector, between, vector, vector];
    const way =
      (isImplied: boolean, isRelu: boolean, hasShortcut: boolean): Way =>
      (x, filter, gamma, beta, added, mean, variance) => {
        if (!x || !filter || !gamma || !beta || !added || !mean || !variance) throw new Error('seven inputs');
        const parameters = { gamma, beta, mean, variance };
        const how = { relu: isRelu, ...(hasShortcut && { shortcut: added }) };
        const made = isImplied
          ? impliedPointwise(x, filter, parameters, how)
          : normalisation(pointwise(x, filter), parameters, how);
        return [hasShortcut ? made.output : add(made.output, added), made.mean, made.variance];
      };
    // With a mean of 3 in maps and weights, gradients are small differences of large sums, in one way as in the other.
    for (const isRelu of [false, true])
      for (const hasShortcut of [false, true])
        expectSame(way(true, isRelu, hasShortcut), way(false, isRelu, hasShortcut), shapes, 5, 3e-4);
  });

  it.each<[number, number, string]>([
    [16, 1, 'the shortcut is the map itself, and no gradient is written for it twice'],
    [24, 1, 'the shortcut widens the map'],
    [24, 2, 'the shortcut sees every second pixel, and no map of zeros is made for the others'],
  ])(
    'yield the gradients of a residual block to %i channels at stride %i that TensorFlow yields: %s',
    (width, stride) => {
      const inner = 6;
      const vectors = (count: number): Shape[] => [[count], [count], [count], [count]];
      const shapes: Shape[] = [
        [5, 7, 7, 16],
        [1, 1, 16, inner],
        [1, 1, inner, width],
        [1, 1, 16, width],
        ...vectors(16),
        ...vectors(inner),
        ...vectors(width),
        ...vectors(width),
      ];
      const way =
        (isOurs: boolean): Way =>
        (...inputs) => {
          const at = (i: number): Tensor => inputs[i] ?? inputs[0] ?? never();
          const parameters = (i: number) => ({
            gamma: at(4 + 4 * i),
            beta: at(5 + 4 * i),
            mean: at(6 + 4 * i),
            variance: at(7 + 4 * i),
          });
          const block = isOurs ? ourBlock : theirBlock;
          const before = isOurs
            ? normalisation(at(0), parameters(0), { relu: true }).output
            : relu(trainingBatchNorm(at(0), parameters(0), 'plain').output);
          const shortcut = width === 16 ? undefined : { filter: at(3), norm: parameters(3), stride };
          return [
            block(before, {
              down: at(1),
              up: at(2),
              norms: [parameters(1), parameters(2)],
              shortcut,
              stride,
            }),
          ];
        };
      expectSame(way(true), way(false), shapes, width === 16 ? 3 : 4, 3e-4);
    },
  );

  it.each<[number, number, number, string]>([
    [4, 12, 1, 'groups that share vectors'],
    [4, 12, 2, 'the same at a stride'],
    [24, 24, 1, 'a group with vectors of its own'],
    [24, 48, 2, 'two of them at a stride'],
  ])(
    'find the sums for each batch norm of a bottleneck with groups of %i in %i channels at stride %i: %s',
    (group, inner, stride) => {
      const [input, outer] = [16, 20];
      const maps = [
        [6, 7, 7, input],
        [1, 1, input, inner],
        [3, 3, group, inner],
        [1, 1, inner, outer],
      ];
      const shapes = [...maps, ...[inner, inner, outer].flatMap((width) => [[width], [width]])];
      const way =
        (isOurs: boolean, isOneGammaZero: boolean): Way =>
        (...inputs) => {
          const [x, down, middle, up] = inputs;
          if (!x || !down || !middle || !up) return never();
          const parametersOf = (i: number, width: number): BatchNormParameters => {
            const [gamma, beta] = inputs.slice(4 + 2 * i);
            if (!gamma || !beta) return never();
            const ones = constant(x.graph, Array<number>(width).fill(1));
            // Nothing can be divided by it, so that the sums are of no use.
            const mask = constant(x.graph, [0, ...Array<number>(width - 1).fill(1)]);
            return {
              gamma: isOneGammaZero ? multiply(gamma, mask) : gamma,
              beta,
              mean: ones,
              variance: ones,
            };
          };
          const [first, second, third] = [inner, inner, outer].map((width, i) => parametersOf(i, width));
          if (!first || !second || !third) return never();
          if (isOurs) {
            const narrow = normalisedPointwise(x, down, first, { relu: true }).output;
            const { y, moments } = grouped(narrow, middle, stride);
            const between = normalisation(y, second, { relu: true, moments }).output;
            return [normalisedPointwise(between, up, third, { relu: true }).output];
          }
          const normalise = (map: Tensor, parameters: BatchNormParameters) =>
            relu(trainingBatchNorm(map, parameters, 'plain').output);
          const narrow = normalise(convolution(x, down, 1), first);
          const between = normalise(convolution(narrow, middle, stride), second);
          return [normalise(convolution(between, up, 1), third)];
        };
      for (const isOneGammaZero of [false, true])
        expectSame(way(true, isOneGammaZero), way(false, isOneGammaZero), shapes, shapes.length, 3e-4);
    },
  );

  it('let not-a-number through, so that a training that diverges shows', () => {
    const graph = newGraph();
    const x = placeholder(graph, 'x', [2, 2, 2, 3]);
    const ones = constant(graph, [1, 1, 1]);
    const { output } = normalisation(
      x,
      { gamma: ones, beta: ones, mean: ones, variance: ones },
      { relu: true },
    );
    const session = openSession(graph);
    try {
      const values = new Float32Array(24).fill(1);
      values[4] = NaN;
      const [found = []] = session.run([{ tensor: x, shape: x.shape, values }], [output]);
      expect(Array.from(found).filter((value) => Number.isNaN(value))).toHaveLength(8);
    } finally {
      session.close();
    }
  });
});
