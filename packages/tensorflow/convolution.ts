/**
 * Convolutions and pooling on maps [batch, height, width, channel], padded as PyTorch pads, each with its gradient.
 *
 * PyTorch pads (k - 1) / 2 on every side. On even maps at stride 2 the last row and column of that are never used, while TensorFlow's
 * SAME never uses the first ones. So all maps are held rotated by half a turn (`rotate` at the entrance): there SAME is PyTorch's padding,
 * and no map need be copied to pad it. Kernels are those of PyTorch rotated by half a turn as well.
 * EXPLICIT padding is not used: oneDNN's kernels, the only ones with gradients of grouped convolutions on a CPU, do not take it.
 */
import { addOne, constant, record, type Shape, type Tensor } from './graph.ts';
import { viewed } from './arithmetic.ts';
import { reshape, shapeOf } from './elementwise.ts';

const FLOAT = { T: { type: 'float32' } } as const;

/** Turns images by half a turn: the entrance to the rotated maps. No gradient. */
export function rotate(images: Tensor): Tensor {
  return addOne(images.graph, {
    op: 'ReverseV2',
    inputs: [images, constant(images.graph, [1, 2], 'int32')],
    attributes: { ...FLOAT, Tidx: { type: 'int32' } },
    shape: images.shape,
  });
}

/**
 * Maps of [batch, height, width, input] to [batch, ceil(height / stride), ceil(width / stride), output].
 * `filter` is [k, k, input / groups, output] with k odd, rotated by half a turn.
 */
export function convolution(x: Tensor, filter: Tensor, stride: number): Tensor {
  const [kernel = 1, , perGroup] = filter.shape;
  const dense = perGroup === x.shape[3];
  if (kernel > 1 || !dense) return convolve(x, filter, stride);
  return pointwise(strided(x, stride), filter);
}

/** The largest of each k x k window; what lies outside the map never wins. */
export function maxPool(x: Tensor, kernel: number, stride: number): Tensor {
  const { graph } = x;
  const attributes = {
    ...FLOAT,
    ksize: { ints: [1, kernel, kernel, 1] },
    strides: { ints: [1, stride, stride, 1] },
    padding: { text: 'SAME' },
  } as const;
  const y = addOne(graph, { op: 'MaxPool', inputs: [x], attributes, shape: reduced(x.shape, stride) });
  const backward = (dy?: Tensor) => [
    dy && addOne(graph, { op: 'MaxPoolGrad', inputs: [x, y, dy], attributes, shape: x.shape }),
  ];
  record({ inputs: [x], outputs: [y], backward });
  return y;
}

/** [rows, input] times [input, output]. */
export function matrixProduct(a: Tensor, b: Tensor): Tensor {
  const y = product(a, b, false, false);
  const backward = (dy?: Tensor) => [dy && product(dy, b, false, true), dy && product(a, dy, true, false)];
  record({ inputs: [a, b], outputs: [y], backward });
  return y;
}

/** A 1x1 convolution is a matrix product over all positions, and TensorFlow's is faster that way. */
function pointwise(x: Tensor, filter: Tensor): Tensor {
  const [, , input = 1, output = 1] = filter.shape;
  const [batch = -1, height = 1, width = 1] = x.shape;
  const positions = batch < 0 ? -1 : batch * height * width;
  const rows = reshape(x, [positions, input]);
  const y = matrixProduct(rows, reshape(filter, [input, output]));
  return reshape(y, [batch, height, width, output]);
}

/**
 * The positions that a 1x1 convolution at a stride sees: 0, stride, … of the map as it lies unrotated. Gathered by index both ways,
 * which is ten times as fast as a strided slice: the gradient gathers from the positions' gradients and one position of zeros.
 */
function everySecond(x: Tensor, stride: number): Tensor {
  const [batch = -1, height = 1, width = 1, channels = 1] = x.shape;
  const seen = positionsSeen(height, stride);
  const sources = new Array<number>(height * width).fill(seen.length);
  seen.forEach((position, i) => (sources[position] = i));
  const positions = (map: Tensor, count: number) => viewed(map, [batch, count, channels]);
  const y = viewed(gather(positions(x, height * width), seen), reduced(x.shape, stride));
  const backward = (dy: Tensor): Tensor => {
    const scattered = gather(withZeroPosition(positions(dy, seen.length)), sources);
    return { ...viewed(scattered, x.shape), scattered: { gradient: dy, stride } };
  };
  record({ inputs: [x], outputs: [y], backward: (dy) => [dy && backward(dy)] });
  return y;
}

/** What a 1x1 convolution sees of a map. */
export function strided(x: Tensor, stride: number): Tensor {
  return stride === 1 ? x : everySecond(x, stride);
}

/** Indices, in a rotated map laid flat, of every stride-th row and column. */
function positionsSeen(height: number, stride: number): number[] {
  const lines = Array.from(
    { length: Math.ceil(height / stride) },
    (_, i) => ((height - 1) % stride) + i * stride,
  );
  return lines.flatMap((row) => lines.map((column) => row * height + column));
}

/** Positions of [batch, position, channel] by their indices. */
function gather(x: Tensor, indices: readonly number[]): Tensor {
  const { graph } = x;
  return addOne(graph, {
    op: 'GatherV2',
    inputs: [x, constant(graph, indices, 'int32'), constant(graph, 1, 'int32')],
    attributes: { Tparams: { type: 'float32' }, Tindices: { type: 'int32' }, Taxis: { type: 'int32' } },
    shape: [x.shape[0] ?? -1, indices.length, x.shape[2] ?? -1],
  });
}

function withZeroPosition(x: Tensor): Tensor {
  const [batch = -1, positions = 1, channels = 1] = x.shape;
  return addOne(x.graph, {
    op: 'Pad',
    inputs: [x, constant(x.graph, [0, 0, 0, 1, 0, 0], 'int32', [3, 2])],
    attributes: { ...FLOAT, Tpaddings: { type: 'int32' } },
    shape: [batch, positions + 1, channels],
  });
}

function convolve(x: Tensor, filter: Tensor, stride: number): Tensor {
  const { graph } = x;
  const attributes = {
    ...FLOAT,
    strides: { ints: [1, stride, stride, 1] },
    padding: { text: 'SAME' },
  } as const;
  const shape = [...reduced(x.shape, stride).slice(0, 3), filter.shape[3] ?? -1];
  const y = addOne(graph, { op: 'Conv2D', inputs: [x, filter], attributes, shape });
  const toInput = (dy: Tensor) =>
    addOne(graph, {
      op: 'Conv2DBackpropInput',
      inputs: [shapeOf(x), filter, dy],
      attributes,
      shape: x.shape,
    });
  const toFilter = (dy: Tensor) =>
    addOne(graph, {
      op: 'Conv2DBackpropFilter',
      inputs: [x, constant(graph, filter.shape, 'int32'), dy],
      attributes,
      shape: filter.shape,
    });
  const backward = (dy?: Tensor) => [dy && toInput(dy), dy && toFilter(dy)];
  record({ inputs: [x, filter], outputs: [y], backward });
  return y;
}

/** The shape of a map after a stride. */
function reduced([batch = -1, height = 1, width = 1, channels = 1]: Shape, stride: number): Shape {
  return [batch, Math.ceil(height / stride), Math.ceil(width / stride), channels];
}

function product(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  const rows = a.shape[transposeA ? 1 : 0] ?? -1;
  const columns = b.shape[transposeB ? 0 : 1] ?? -1;
  return addOne(a.graph, {
    op: 'MatMul',
    inputs: [a, b],
    attributes: { ...FLOAT, transpose_a: { bool: transposeA }, transpose_b: { bool: transposeB } },
    shape: [rows, columns],
  });
}
