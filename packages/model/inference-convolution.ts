/**
 * Convolutions with a bias and without gradients, in a form that every TensorFlow runs (`grouped`), and in one that browsers run (`expanded`).
 *
 * `grouped`: one Conv2D. TensorFlow without oneDNN has a kernel for groups, but fuses it with the bias behind it into one that knows none,
 * and fails; so a change of shape stands between the two.
 *
 * `expanded`: TensorFlow.js' Conv2D knows no groups. With G groups of g channels there are two ways that compute and store no more than
 * the grouped one: G convolutions side by side, or a depthwise convolution in which each channel yields its share of its group's g outputs,
 * then the sum of the shares. The first takes G operations, the second an intermediate map g times as deep: the smaller number decides.
 * (A dense kernel with zeros between the groups would be G times the work and the download.)
 */
import type { Convolution } from '@netspace/network/layer';
import { convolution } from '@netspace/tensorflow/convolution';
import { addBias, reshape } from '@netspace/tensorflow/elementwise';
import { addNode, addOne, constant, type Graph, type Shape, type Tensor } from '@netspace/tensorflow/graph';
import { elementsOf } from './model.ts';

export type GroupForm = 'grouped' | 'expanded';

export interface ConvolutionWeights {
  /** [k, k, input / groups, output], rotated by half a turn, for maps rotated by half a turn. */
  readonly weight: Float32Array;
  /** [output] */
  readonly bias: Float32Array;
}

/** Maps of [batch, height, width, input] to [batch, ceil(height / stride), ceil(width / stride), output]. */
export function applyConvolution(
  layer: Convolution,
  x: Tensor,
  { weight, bias }: ConvolutionWeights,
  form: GroupForm,
): Tensor {
  const { graph } = x;
  const { name, kernel, stride, groups, inputWidth, outputWidth } = layer;
  const filter = () =>
    stored(graph, `${name}.weight`, weight, [kernel, kernel, inputWidth / groups, outputWidth]);
  const biased = (y: Tensor) => addBias(y, stored(graph, `${name}.bias`, bias, [outputWidth]));
  if (groups === 1)
    return biased(kernel === 1 ? convolution(x, filter(), stride) : dense(x, filter(), stride));
  if (form === 'grouped') return apart(dense(x, filter(), stride), biased);
  const perGroup = inputWidth / groups;
  return biased(perGroup < groups ? depthwise(layer, x, weight) : sideBySide(layer, x, weight));
}

/** A constant that is a node of its own, with its own name, whatever it holds. */
export function stored(graph: Graph, name: string, values: Float32Array, shape: Shape): Tensor {
  const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const attributes = {
    dtype: { type: 'float32' },
    value: { tensor: { type: 'float32', shape, content } },
  } as const;
  return addOne(graph, { op: 'Const', name, inputs: [], attributes, shape });
}

/** What `follow` adds stands apart from what was before it, so that no optimizer makes one of both. */
function apart(y: Tensor, follow: (y: Tensor) => Tensor): Tensor {
  const flat = reshape(y, [1, -1, 1, y.shape[3] ?? 1]);
  return reshape(follow(flat), y.shape);
}

/** Conv2D with all attributes written out, for TensorFlow.js knows no defaults. Its filter tells the groups. */
function dense(x: Tensor, filter: Tensor, stride: number): Tensor {
  return strided('Conv2D', x, filter, stride, filter.shape[3] ?? 1);
}

function strided(
  op: 'Conv2D' | 'DepthwiseConv2dNative',
  x: Tensor,
  filter: Tensor,
  stride: number,
  width: number,
): Tensor {
  const [batch = -1, height = 1, side = 1] = x.shape;
  return addOne(x.graph, {
    op,
    inputs: [x, filter],
    attributes: {
      T: { type: 'float32' },
      strides: { ints: [1, stride, stride, 1] },
      dilations: { ints: [1, 1, 1, 1] },
      padding: { text: 'SAME' },
      data_format: { text: 'NHWC' },
    },
    shape: [batch, Math.ceil(height / stride), Math.ceil(side / stride), width],
  });
}

function sideBySide(layer: Convolution, x: Tensor, weight: Float32Array): Tensor {
  const { graph } = x;
  const { name, kernel, stride, groups, inputWidth, outputWidth } = layer;
  const [from, to] = [inputWidth / groups, outputWidth / groups];
  const shape = [...x.shape.slice(0, 3), from];
  const pieces = addNode(graph, {
    op: 'Split',
    inputs: [constant(graph, 3, 'int32'), x],
    attributes: { T: { type: 'float32' }, num_split: { int: groups } },
    outputs: Array.from({ length: groups }, () => ({ shape, type: 'float32' })),
  });
  const results = pieces.map((piece, group) => {
    const own = new Float32Array(kernel * kernel * from * to);
    for (let row = 0; row < own.length / to; row++)
      own.set(
        weight.subarray(row * outputWidth + group * to, row * outputWidth + (group + 1) * to),
        row * to,
      );
    return dense(piece, stored(graph, `${name}.weight.${group}`, own, [kernel, kernel, from, to]), stride);
  });
  return addOne(graph, {
    op: 'ConcatV2',
    inputs: [...results, constant(graph, 3, 'int32')],
    attributes: { T: { type: 'float32' }, N: { int: groups }, Tidx: { type: 'int32' } },
    shape: [...(results[0]?.shape.slice(0, 3) ?? []), outputWidth],
  });
}

/** Channel q · g + p of group q yields, for each output m of its group, the share w[·, ·, p, q · to + m]; the shares of all p are summed. */
function depthwise(layer: Convolution, x: Tensor, weight: Float32Array): Tensor {
  const { graph } = x;
  const { name, kernel, stride, groups, inputWidth, outputWidth } = layer;
  const [from, to] = [inputWidth / groups, outputWidth / groups];
  const shape = [kernel, kernel, inputWidth, to];
  const own = new Float32Array(elementsOf(shape));
  own.forEach((_, i) => {
    const [m, channel, position] = [i % to, Math.floor(i / to) % inputWidth, Math.floor(i / to / inputWidth)];
    const [q, p] = [Math.floor(channel / from), channel % from];
    own[i] = weight[(position * from + p) * outputWidth + q * to + m] ?? NaN;
  });
  const filter = stored(graph, `${name}.weight`, own, shape);
  const shares = strided('DepthwiseConv2dNative', x, filter, stride, inputWidth * to);
  if (from === 1) return shares;
  const sums = addOne(graph, {
    op: 'Sum',
    inputs: [reshape(shares, [-1, groups, from, to]), constant(graph, [2], 'int32')],
    attributes: { T: { type: 'float32' }, Tidx: { type: 'int32' }, keep_dims: { bool: false } },
    shape: [-1, groups, to],
  });
  return reshape(sums, [...shares.shape.slice(0, 3), outputWidth]);
}
