/** Operations element by element, and changes of shape, each with its gradient. */
import { addNode, addOne, constant, record, type Shape, type Tensor } from './graph.ts';

const FLOAT = { T: { type: 'float32' } } as const;

export function relu(x: Tensor): Tensor {
  const y = addOne(x.graph, { op: 'Relu', inputs: [x], attributes: FLOAT, shape: x.shape });
  const backward = (dy?: Tensor) => [
    dy && addOne(x.graph, { op: 'ReluGrad', inputs: [dy, y], attributes: FLOAT, shape: x.shape }),
  ];
  record({ inputs: [x], outputs: [y], backward });
  return y;
}

export function sigmoid(x: Tensor): Tensor {
  const y = addOne(x.graph, { op: 'Sigmoid', inputs: [x], attributes: FLOAT, shape: x.shape });
  const backward = (dy?: Tensor) => [
    dy && addOne(x.graph, { op: 'SigmoidGrad', inputs: [y, dy], attributes: FLOAT, shape: x.shape }),
  ];
  record({ inputs: [x], outputs: [y], backward });
  return y;
}

/** x · sigmoid(x). */
export function silu(x: Tensor): Tensor {
  return multiply(x, sigmoid(x));
}

/** Two tensors of one shape. */
export function add(a: Tensor, b: Tensor): Tensor {
  const y = addOne(a.graph, { op: 'AddV2', inputs: [a, b], attributes: FLOAT, shape: a.shape });
  record({ inputs: [a, b], outputs: [y], backward: (dy) => [dy, dy] });
  return y;
}

/** A map [batch, height, width, channel] times a tensor of its shape, or a gate of [batch, 1, 1, channel]. */
export function multiply(x: Tensor, y: Tensor): Tensor {
  const product = times(x, y);
  const backward = (dy?: Tensor) => {
    if (dy === undefined) return [];
    const toY = times(dy, x);
    const isGate = y.shape[1] !== x.shape[1] || y.shape[2] !== x.shape[2];
    return [times(dy, y), isGate ? reduce('Sum', toY, [1, 2], y.shape) : toY];
  };
  record({ inputs: [x, y], outputs: [product], backward });
  return product;
}

/** Elements times factors that nothing learns, of x's shape or broadcast to it: [batch, 1, 1, 1] for a factor an image. */
export function mask(x: Tensor, factors: Tensor): Tensor {
  const y = times(x, factors);
  record({ inputs: [x], outputs: [y], backward: (dy) => [dy && times(dy, factors)] });
  return y;
}

/** Every element times a number. */
export function scale(x: Tensor, factor: number): Tensor {
  const y = times(x, constant(x.graph, factor));
  record({ inputs: [x], outputs: [y], backward: (dy) => [dy && times(dy, constant(x.graph, factor))] });
  return y;
}

/** Adds a vector of [channel] to the last dimension. */
export function addBias(x: Tensor, bias: Tensor): Tensor {
  const { graph, shape } = x;
  const y = addOne(graph, { op: 'BiasAdd', inputs: [x, bias], attributes: FLOAT, shape });
  const backward = (dy?: Tensor) => [
    dy,
    dy && addOne(graph, { op: 'BiasAddGrad', inputs: [dy], attributes: FLOAT, shape: bias.shape }),
  ];
  record({ inputs: [x, bias], outputs: [y], backward });
  return y;
}

/** [batch, height, width, channel] to [batch, 1, 1, channel]. */
export function globalMean(x: Tensor): Tensor {
  const [batch = -1, height = 1, width = 1, channels = 1] = x.shape;
  const y = reduce('Mean', x, [1, 2], [batch, 1, 1, channels]);
  const spread = (dy: Tensor) =>
    addOne(x.graph, {
      op: 'BroadcastTo',
      inputs: [times(dy, constant(x.graph, 1 / (height * width))), shapeOf(x)],
      attributes: { ...FLOAT, Tidx: { type: 'int32' } },
      shape: x.shape,
    });
  record({ inputs: [x], outputs: [y], backward: (dy) => [dy && spread(dy)] });
  return y;
}

/** The sum of all elements, a scalar. */
export function sum(x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  const total = addOne(x.graph, {
    op: 'Sum',
    inputs: [x, constant(x.graph, axes, 'int32')],
    attributes: { ...FLOAT, Tidx: { type: 'int32' }, keep_dims: { bool: false } },
    shape: [],
  });
  const spread = (dy: Tensor) =>
    addOne(x.graph, {
      op: 'BroadcastTo',
      inputs: [dy, shapeOf(x)],
      attributes: { ...FLOAT, Tidx: { type: 'int32' } },
      shape: x.shape,
    });
  record({ inputs: [x], outputs: [total], backward: (dy) => [dy && spread(dy)] });
  return total;
}

/** The same elements in another shape; one size may be -1. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const y = reshaped(x, constant(x.graph, shape, 'int32'), shape);
  record({ inputs: [x], outputs: [y], backward: (dy) => [dy && reshaped(dy, shapeOf(x), x.shape)] });
  return y;
}

/** A vector cut into consecutive tensors of the given shapes; its gradient is the gradients joined again. */
export function cut(vector: Tensor, shapes: readonly Shape[]): Tensor[] {
  const { graph } = vector;
  const sizes = shapes.map((shape) => shape.reduce((product, size) => product * size, 1));
  const pieces = addNode(graph, {
    op: 'SplitV',
    inputs: [vector, constant(graph, sizes, 'int32'), constant(graph, 0, 'int32')],
    attributes: { ...FLOAT, Tlen: { type: 'int32' }, num_split: { int: sizes.length } },
    outputs: sizes.map((size) => ({ shape: [size], type: 'float32' })),
  });
  const missing = (index: number) => {
    throw new Error(`piece ${index} of ${vector.name} has no gradient: nothing depends on it`);
  };
  record({
    inputs: [vector],
    outputs: pieces,
    backward: (...gradients) => [join(gradients.map((gradient, i) => gradient ?? missing(i)))],
  });
  return pieces.map((piece, i) => {
    const shape = shapes[i] ?? [];
    return shape.length === 1 ? piece : reshape(piece, shape);
  });
}

/** Vectors one behind the other. No gradient. */
export function join(vectors: readonly Tensor[]): Tensor {
  const [first] = vectors;
  if (first === undefined) throw new Error('nothing to join: the list of vectors is empty');
  if (vectors.length === 1) return first;
  return addOne(first.graph, {
    op: 'ConcatV2',
    inputs: [...vectors, constant(first.graph, 0, 'int32')],
    attributes: { ...FLOAT, N: { int: vectors.length }, Tidx: { type: 'int32' } },
    shape: [vectors.reduce((size, vector) => size + (vector.shape[0] ?? 0), 0)],
  });
}

/** The product without a place on the tape. */
export function times(a: Tensor, b: Tensor): Tensor {
  return addOne(a.graph, { op: 'Mul', inputs: [a, b], attributes: FLOAT, shape: a.shape });
}

/** The shape as a tensor: a constant where it is known, else read when the graph runs. */
export function shapeOf(x: Tensor): Tensor {
  if (x.shape.every((size) => size >= 0)) return constant(x.graph, x.shape, 'int32');
  return addOne(x.graph, {
    op: 'Shape',
    inputs: [x],
    attributes: { ...FLOAT, out_type: { type: 'int32' } },
    shape: [x.shape.length],
    type: 'int32',
  });
}

function reshaped(x: Tensor, to: Tensor, shape: Shape): Tensor {
  return addOne(x.graph, {
    op: 'Reshape',
    inputs: [x, to],
    attributes: { ...FLOAT, Tshape: { type: 'int32' } },
    shape,
  });
}

function reduce(op: 'Sum' | 'Mean', x: Tensor, axes: readonly number[], shape: Shape): Tensor {
  return addOne(x.graph, {
    op,
    inputs: [x, constant(x.graph, axes, 'int32')],
    attributes: { ...FLOAT, Tidx: { type: 'int32' }, keep_dims: { bool: true } },
    shape,
  });
}
