/**
 * Convolutions and pooling on maps [batch, height, width, channel], padded as PyTorch pads, each with its gradient.
 *
 * Padding is (k - 1) / 2 on every side. TensorFlow's SAME does that at stride 1 and on odd maps; on even maps at stride 2 it
 * pads the other side, so there the map is padded first and the convolution is VALID. EXPLICIT padding is never used:
 * oneDNN's kernels, the only ones with gradients of grouped convolutions on a CPU, do not take it.
 */
import { addOne, constant, record, type Shape, type Tensor } from './graph.ts';
import { reshape, shapeOf } from './elementwise.ts';

const FLOAT = { T: { type: 'float32' } } as const;

/**
 * Maps of [batch, height, width, input] to [batch, ceil(height / stride), ceil(width / stride), output].
 * `filter` is [k, k, input / groups, output] with k odd.
 */
export function convolution(x: Tensor, filter: Tensor, stride: number): Tensor {
  const [kernel = 1, , perGroup] = filter.shape;
  const dense = perGroup === x.shape[3];
  if (kernel === 1 && stride === 1 && dense) return pointwise(x, filter);
  const padding = paddingOf(x.shape, kernel, stride);
  if (padding === 'SAME') return convolve(x, filter, stride, 'SAME');
  return convolve(pad(x, padding), filter, stride, 'VALID');
}

/** Pads [top, bottom] by [left, right] zeros, or by `value`. */
export function pad(x: Tensor, [before, after]: readonly [number, number], value = 0): Tensor {
  const { graph } = x;
  const [batch = -1, height = 1, width = 1, channels = 1] = x.shape;
  const amounts = constant(graph, [0, 0, before, after, before, after, 0, 0], 'int32', [4, 2]);
  const shape = [batch, height + before + after, width + before + after, channels];
  const attributes = { ...FLOAT, Tpaddings: { type: 'int32' } } as const;
  const y =
    value === 0
      ? addOne(graph, { op: 'Pad', inputs: [x, amounts], attributes, shape })
      : addOne(graph, { op: 'PadV2', inputs: [x, amounts, constant(graph, value)], attributes, shape });
  const backward = (dy?: Tensor) => [dy && slice(dy, [0, before, before, 0], x.shape)];
  record({ inputs: [x], outputs: [y], backward });
  return y;
}

/** The largest of each k x k window; what lies outside the map never wins. */
export function maxPool(x: Tensor, kernel: number, stride: number): Tensor {
  const padding = paddingOf(x.shape, kernel, stride);
  if (padding !== 'SAME') return maxPoolOf(pad(x, padding, -3e38), kernel, stride, 'VALID');
  return maxPoolOf(x, kernel, stride, 'SAME');
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

function convolve(x: Tensor, filter: Tensor, stride: number, padding: 'SAME' | 'VALID'): Tensor {
  const { graph } = x;
  const [batch = -1, height = 1, width = 1] = x.shape;
  const [kernel = 1, , , output = 1] = filter.shape;
  const attributes = {
    ...FLOAT,
    strides: { ints: [1, stride, stride, 1] },
    padding: { text: padding },
  } as const;
  const sizeAfter = (size: number) => Math.ceil((padding === 'SAME' ? size : size - kernel + 1) / stride);
  const shape = [batch, sizeAfter(height), sizeAfter(width), output];
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
  record({
    inputs: [x, filter],
    outputs: [y],
    backward: (dy) => [dy && toInput(dy), dy && toFilter(dy)],
  });
  return y;
}

/** SAME where TensorFlow's padding is PyTorch's; otherwise the rows before and after. */
function paddingOf(shape: Shape, kernel: number, stride: number): 'SAME' | readonly [number, number] {
  const [, height = 1, width = 1] = shape;
  if (height !== width) throw new Error(`maps must be square, not ${height} x ${width}`);
  const before = (kernel - 1) / 2;
  const needed = Math.max(0, (Math.ceil(height / stride) - 1) * stride + kernel - height);
  return Math.floor(needed / 2) === before ? 'SAME' : [before, Math.max(0, needed - before)];
}

function maxPoolOf(x: Tensor, kernel: number, stride: number, padding: 'SAME' | 'VALID'): Tensor {
  const { graph } = x;
  const [batch = -1, height = 1, width = 1, channels = 1] = x.shape;
  const attributes = {
    ...FLOAT,
    ksize: { ints: [1, kernel, kernel, 1] },
    strides: { ints: [1, stride, stride, 1] },
    padding: { text: padding },
  } as const;
  const sizeAfter = (size: number) => Math.ceil((padding === 'SAME' ? size : size - kernel + 1) / stride);
  const shape = [batch, sizeAfter(height), sizeAfter(width), channels];
  const y = addOne(graph, { op: 'MaxPool', inputs: [x], attributes, shape });
  const backward = (dy?: Tensor) => [
    dy && addOne(graph, { op: 'MaxPoolGrad', inputs: [x, y, dy], attributes, shape: x.shape }),
  ];
  record({ inputs: [x], outputs: [y], backward });
  return y;
}

function slice(x: Tensor, begin: readonly number[], size: Shape): Tensor {
  return addOne(x.graph, {
    op: 'Slice',
    inputs: [x, constant(x.graph, begin, 'int32'), constant(x.graph, size, 'int32')],
    attributes: { ...FLOAT, Index: { type: 'int32' } },
    shape: size,
  });
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
